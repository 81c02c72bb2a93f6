// SPDX-License-Identifier: GPL-2.0-or-later
//! Messages that no stub makes, as user 1000 sends them: any size, any content, any reply right.
//! Whatever comes, the server stays the one that it was, answers others within a second, and holds
//! afterwards what it held before.

use std::time::{Duration, Instant};

use gnumach::right::{DEAD, NULL, Name, ReceiveRight, SendRight};
use gnumach::{sys, trap};

use super::client::{CREATE, Client, restricted};
use super::message::{Message, descriptor, receive};
use super::node::{Node, wait_until};
use super::process::{fork, holdings};

const SEND: u32 = sys::MACH_MSG_TYPE_COPY_SEND;

/// Milliseconds that an answer may take on a busy host.
const SOON: u32 = 20_000;

/// A server with a segment of root's.
struct Ground {
    node: Node,
    pid: i32,
    id: i32,
    names: usize,
}

impl Ground {
    fn new() -> Self {
        let node = Node::active(&[]);
        let pid = node.server();
        let client = node.open();
        let id = client.get(0, 4096, CREATE | 0o600).unwrap();
        // Threads and tables are there before their names are counted.
        for _ in 0..20 {
            client.stat(id).unwrap();
        }
        drop(client);
        std::thread::sleep(Duration::from_millis(500));
        let names = holdings(pid).names;
        Self {
            node,
            pid,
            id,
            names,
        }
    }

    /// Runs `body` as user 1000, with an open of its own.
    fn stranger(&self, body: impl FnOnce(&Client)) {
        let child = fork(|| {
            // SAFETY: plain calls; the child has one thread.
            assert_eq!(unsafe { libc::setgid(1000) | libc::setuid(1000) }, 0);
            body(&self.node.open());
        });
        let status = child.wait();
        assert_eq!(status, 0, "the stranger failed");
    }

    /// The segment is there, and so is all else.
    fn unharmed(&self) {
        let client = self.node.open();
        assert_eq!(client.stat(self.id).unwrap().nattch, 0);
        assert_eq!(self.node.server(), self.pid);
        drop(client);
        // A thread that idles ends after some seconds, and its names with it.
        let most = self.names + 24;
        wait_until("the server gives back what it got", || {
            holdings(self.pid).names <= most
        });
    }
}

/// Others are answered within a second.
fn answers(client: &Client) {
    let began = Instant::now();
    assert!(client.version().is_ok());
    assert!(began.elapsed() < Duration::from_secs(1));
}

/// Many rights to one port, in the message's own body.
fn inline(name: Name, count: u32) -> Message {
    Message::new(42000)
        .words(&[descriptor(SEND, 64, count, true)])
        .words(&vec![name.into(); count as usize])
        .complex(true)
}

/// The same, out of line.
fn out_of_line(names: &[Name]) -> Message {
    let address = names.as_ptr().addr() as u64;
    Message::new(42000).out_of_line(SEND, 32, names.len() as u32, address)
}

/// review.md 2: messages of 1 MB once ended the server, whose threads put them on a small stack.
#[test]
fn large_messages_end_nothing() {
    let ground = Ground::new();
    ground.stranger(|client| {
        let port = client.right().name();
        for (bytes, count) in [(3_000, 50), (60_000, 50), (1_000_000, 10)] {
            let words = vec![0x4141_4141_u64; bytes / 8];
            for _ in 0..count {
                // Neither one that claims to be data, nor one of rubbish, gets an answer.
                let large = Message::new(42000)
                    .words(&[descriptor(
                        sys::MACH_MSG_TYPE_INTEGER_64,
                        64,
                        words.len() as u32,
                        true,
                    )])
                    .words(&words);
                let reply = large.call(port, SOON).unwrap();
                assert_eq!(reply.id, sys::MACH_NOTIFY_SEND_ONCE as i32);
                let _ = Message::new(42000).words(&words).send(port, None, SOON);
            }
            answers(client);
        }
    });
    ground.unharmed();
}

/// review.md 3: two requests whose reply right belonged to a full queue once stopped the server.
#[test]
fn replies_to_full_queues_stop_nobody() {
    let ground = Ground::new();
    ground.stranger(|client| {
        let full = ReceiveRight::allocate().unwrap();
        let right = full.make_send().unwrap();
        while Message::new(1).send(right.name(), None, 1).is_ok() {}
        for n in 0..1000 {
            let reply = Some((right.name(), SEND));
            Message::new(42000 + n % 12)
                .send(client.right().name(), reply, SOON)
                .unwrap();
            if n % 50 == 0 {
                answers(client);
            }
        }
        // Dead ones, none, and the server's own port as the reply port.
        drop(full);
        for reply in [
            None,
            Some((right.name(), SEND)),
            Some((client.right().name(), SEND)),
        ] {
            for n in 0..12 {
                let _ = Message::new(42000 + n).send(client.right().name(), reply, SOON);
            }
        }
        answers(client);
    });
    ground.unharmed();
}

/// review.md 29: more rights to one name than the kernel can count, 400 kB of them.
#[test]
fn floods_of_rights_take_none_of_the_server_s() {
    let ground = Ground::new();
    ground.stranger(|client| {
        let task = trap::mach_task_self();
        let host = trap::mach_host_self();
        // A right to the open itself, and to what the server holds as well.
        for name in [client.right().name(), task, host] {
            for count in [1, 64, 65, 300] {
                let reply = inline(name, count)
                    .call(client.right().name(), SOON)
                    .unwrap();
                assert_eq!(reply.code, sys::MIG_BAD_ARGUMENTS);
            }
            for count in [64, 65, 1_000, 65_536, 100_000] {
                let reply = out_of_line(&vec![name; count])
                    .call(client.right().name(), SOON)
                    .unwrap();
                assert_eq!(reply.code, sys::MIG_BAD_ARGUMENTS);
            }
            // Too large for the body: the kernel drops it.
            let reply = inline(name, 50_000)
                .call(client.right().name(), SOON)
                .unwrap();
            assert_eq!(reply.id, sys::MACH_NOTIFY_SEND_ONCE as i32);
        }
        answers(client);
        // Whatever the server used those names for still works.
        let id = client.get(0, 4096, CREATE | 0o600).unwrap();
        let attachment = client.attach(id, 0, 0).unwrap();
        assert_eq!(client.stat(id).unwrap().nattch, 1);
        client.detach(attachment.address).unwrap();
        client.remove(id).unwrap();
    });
    ground.unharmed();
}

/// A name that was kept for each such message once was a leak without an end.
#[test]
fn many_rights_to_each_of_many_ports_leave_no_names() {
    let ground = Ground::new();
    ground.stranger(|client| {
        for round in 0..200 {
            let port = ReceiveRight::allocate().unwrap();
            let right = port.make_send().unwrap();
            let count = [65, 300, 1_000, 5_000][round % 4];
            // The port dies with the round.
            let names = vec![right.name(); count];
            let reply = out_of_line(&names)
                .call(client.right().name(), SOON)
                .unwrap();
            assert_eq!(reply.code, sys::MIG_BAD_ARGUMENTS);
        }
        answers(client);
    });
    ground.unharmed();
}

#[test]
fn memory_where_a_value_is_expected_is_given_back() {
    let ground = Ground::new();
    let before = holdings(ground.pid);
    ground.stranger(|client| {
        let memory = vec![5_u64; (4 << 20) / 8];
        let at = memory.as_ptr().addr() as u64;
        for round in 0..100 {
            let count = [1, 512, memory.len() as u32][round % 3];
            let message =
                Message::new(42006).out_of_line(sys::MACH_MSG_TYPE_INTEGER_64, 64, count, at);
            let reply = message.call(client.right().name(), SOON).unwrap();
            assert_eq!(reply.code, sys::MIG_BAD_ARGUMENTS);
        }
        answers(client);
    });
    ground.unharmed();
    let after = holdings(ground.pid);
    assert!(
        after.resident_bytes <= before.resident_bytes + (32 << 20),
        "{before:?} and then {after:?}"
    );
}

#[test]
fn requests_of_wrong_sizes_and_types_are_refused() {
    let ground = Ground::new();
    ground.stranger(|client| {
        let task = trap::mach_task_self();
        let port = client.right().name();
        let requests = [
            Message::new(42001)
                .port(SEND, task)
                .int32(0)
                .int64(4096)
                .int32(0),
            Message::new(42002)
                .port(SEND, task)
                .int32(5)
                .int32(0)
                .int64(0),
            Message::new(42003).port(SEND, task).int64(4096),
            Message::new(42004).int32(5).int32(0),
            Message::new(42005).int32(5).int32(1).int32(1).int32(0),
            Message::new(42006).int32(5),
            Message::new(42007).int32(5).int32(1),
            Message::new(42010).port(SEND, task),
            Message::new(42011).port(SEND, task).port(SEND, task),
        ];
        for (n, request) in requests.iter().enumerate() {
            let whole = request.call(port, SOON).unwrap();
            assert_ne!(whole.code, sys::MIG_BAD_ARGUMENTS, "request {n}");
            let longer = request.clone().int32(0).call(port, SOON).unwrap();
            assert_eq!(longer.code, sys::MIG_BAD_ARGUMENTS, "request {n}");
            for words in 0..(request.size() - 32) / 8 {
                // The kernel refuses half a descriptor of a right itself.
                let cut = request.cut(words).call(port, SOON);
                assert!(
                    cut.as_ref().map_or_else(
                        |error| error.is(sys::MACH_SEND_MSG_TOO_SMALL),
                        |reply| reply.code == sys::MIG_BAD_ARGUMENTS
                    ),
                    "request {n} cut to {words}: {cut:?}"
                );
            }
        }
        // Numbers that pretend to be rights: the server's own names among them.
        for name in 1..200 {
            let message = Message::new(42002)
                .pretended_port(name)
                .int32(5)
                .int32(0)
                .int64(0);
            assert_eq!(
                message.call(port, SOON).unwrap().code,
                sys::MIG_BAD_ARGUMENTS
            );
        }
        // Other kinds of rights where a send right is expected.
        let other = ReceiveRight::allocate().unwrap();
        for disposition in [
            sys::MACH_MSG_TYPE_MAKE_SEND_ONCE,
            sys::MACH_MSG_TYPE_MOVE_RECEIVE,
        ] {
            let message = Message::new(42003).port(disposition, other.name()).int64(0);
            assert_eq!(
                message.call(port, SOON).unwrap().code,
                sys::MIG_BAD_ARGUMENTS
            );
        }
        std::mem::forget(other);
        for name in [NULL, DEAD] {
            let message = Message::new(42002)
                .port(SEND, name)
                .int32(5)
                .int32(0)
                .int64(0);
            assert_ne!(message.call(port, SOON).unwrap().code, 0);
        }
        answers(client);
    });
    ground.unharmed();
}

#[test]
fn unknown_requests_are_refused() {
    let ground = Ground::new();
    ground.stranger(|client| {
        // Routines of a file's come from 20000 up, of an open's 21000, of a translator's 22000.
        let ids = (-3..64)
            .chain(2000..2300)
            .chain(41_980..42_000)
            .chain(42_050..42_220);
        for id in ids.chain([i32::MIN, i32::MAX, 19_000, 26_000, 43_100]) {
            let reply = Message::new(id).port(SEND, trap::mach_task_self());
            let reply = reply.call(client.right().name(), SOON).unwrap();
            assert_eq!(reply.code, sys::MIG_BAD_ID, "{id}");
        }
        answers(client);
    });
    ground.unharmed();
}

#[test]
fn a_flood_holds_up_no_other_user() {
    let ground = Ground::new();
    let attackers: Vec<_> = (0..4)
        .map(|_| {
            fork(|| {
                // SAFETY: plain calls; the child has one thread.
                assert_eq!(unsafe { libc::setgid(1000) | libc::setuid(1000) }, 0);
                let client = ground.node.open();
                let end = Instant::now() + Duration::from_secs(5);
                for n in 0.. {
                    if Instant::now() > end {
                        break;
                    }
                    let _ = Message::new(42000 + n % 12).send(client.right().name(), None, 10);
                }
            })
        })
        .collect();
    let client = ground.node.open();
    let end = Instant::now() + Duration::from_secs(5);
    while Instant::now() < end {
        let began = Instant::now();
        client.stat(ground.id).unwrap();
        assert!(began.elapsed() < Duration::from_secs(1));
        std::thread::sleep(Duration::from_millis(50));
    }
    for attacker in attackers {
        assert_eq!(attacker.wait(), 0);
    }
    drop(client);
    ground.unharmed();
}

/// libdiskfs leaves the node locked when a user may not set these flags, and whatever needs the
/// node then waits for ever.
#[test]
fn flags_of_the_node_below_are_nobody_s() {
    let ground = Ground::new();
    ground.stranger(|client| {
        for flags in [0, 1, 0xffff_0000, !0] {
            let reply = Message::new(20_004).int32(flags);
            let reply = reply.call(client.right().name(), SOON).unwrap();
            assert_eq!(reply.code, libc::EOPNOTSUPP);
        }
        answers(client);
        // Each asks the file system about the node.
        let reply = Message::new(21_013).call(client.right().name(), SOON);
        assert!(reply.is_ok());
        ground.node.open().version().unwrap();
    });
    ground.unharmed();
}

/// The attack on the file system itself, past the translator: it hangs the node until the next
/// boot. To be done by a user who is not root.
fn hang_below(node: &Node) {
    let below = super::node::lookup(node.path(), libc::O_NOTRANS).unwrap();
    let flags = Message::new(20_004).int32(0xffff_0000);
    let reply = flags.call(below.name(), 2_000);
    let code = reply.map(|reply| reply.code);
    assert_eq!(code, Ok(libc::EPERM), "the attack is not what it was");
}

/// The ground with a node that hangs: nobody looks at that again, and only its server ends.
struct Hanging(Option<Ground>);

impl Hanging {
    fn new(ground: Ground) -> Self {
        Self(Some(ground))
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        if let Some(ground) = self.0.take() {
            // SAFETY: our own translator.
            unsafe { libc::kill(ground.pid, libc::SIGKILL) };
            std::mem::forget(ground.node);
        }
    }
}

/// The file system below may hang. Calls that ask it keep half of the server's threads at most.
#[test]
fn a_node_that_hangs_below_costs_no_other_call() {
    let ground = Ground::new();
    let client = ground.node.open();
    ground.stranger(|stranger| {
        hang_below(&ground.node);
        let replies = ReceiveRight::allocate().unwrap();
        let door = Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
        // io_stat, more often than the server has threads.
        for _ in 0..400 {
            let stat = Message::new(21_013);
            stat.send(stranger.right().name(), door, SOON).unwrap();
        }
        answers(stranger);
    });
    let id = ground.id;
    let _hanging = Hanging::new(ground);
    for _ in 0..10 {
        answers(&client);
        assert_eq!(client.stat(id).unwrap().nattch, 0);
    }
}

/// How many of `count` requests io_stat are refused. The others hang.
fn refused_stats(client: &Client, count: usize) -> usize {
    let replies = ReceiveRight::allocate().unwrap();
    let door = Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
    for _ in 0..count {
        let stat = Message::new(21_013);
        stat.send(client.right().name(), door, SOON).unwrap();
    }
    let mut refused = 0;
    while let Ok(reply) = receive(&replies, 3_000) {
        assert_eq!(reply.code, libc::EAGAIN);
        refused += 1;
    }
    refused
}

/// The routines that libtrivfs answers by asking the file system below.
const ASKING: [i32; 14] = [
    20_001, 20_002, 20_003, 20_005, 20_009, 20_013, 20_014, 20_018, 20_035, 21_013, 21_015, 21_028,
    21_029, 21_030,
];

/// One user's calls that hang below use up half of what users may, and root's have their own. Calls
/// that do not ask the file system below are no part of that.
#[test]
fn a_user_whose_calls_hang_below_leaves_others_theirs() {
    const MANY: usize = 300;
    let ground = Ground::new();
    let client = ground.node.open();
    let [one, two, three] = [1001, 1002, 1003].map(|user| restricted(&client, &[user], &[user]));
    ground.stranger(|_| hang_below(&ground.node));
    let _hanging = Hanging::new(ground);
    let refused = refused_stats(&one, MANY);
    assert!((1..MANY).contains(&refused), "{refused}");
    assert_eq!(refused_stats(&two, MANY), refused);
    // Now users have as many as they may.
    assert_eq!(refused_stats(&three, MANY), MANY);
    let roots = refused_stats(&client, MANY);
    assert!((1..MANY).contains(&roots), "{roots}");
    println!("of {MANY}: {refused} are refused to a user, {roots} to root");
    // io_reauthenticate has no answer.
    let ids = (20_000..20_040).chain(21_000..21_035);
    for id in ids.filter(|id| *id != 21_014) {
        let reply = Message::new(id).call(three.right().name(), SOON).unwrap();
        let refused = reply.code == libc::EAGAIN;
        assert_eq!(refused, ASKING.contains(&id), "{id}: {:#x}", reply.code);
    }
    answers(&client);
    answers(&three);
}

/// Makes as many ports of an open as may be, up to `most`, and answers the error that came then.
fn fill(most: usize, mut another: impl FnMut() -> Result<SendRight, i32>) -> (usize, i32) {
    let mut ports = Vec::new();
    while ports.len() < most {
        match another() {
            Ok(port) => ports.push(port),
            Err(error) => return (ports.len(), error),
        }
    }
    (most, 0)
}

/// io_duplicate, io_restrict_auth and dir_lookup make ports of an open, each of which is the
/// server's memory.
#[test]
fn ports_of_an_open_are_bounded_for_a_user() {
    const OPENS: usize = 20;
    let node = Node::active(&[&format!("--user-opens={OPENS}")]);
    let root = node.open();
    let open = restricted(&root, &[1001], &[1001]);
    let other = restricted(&root, &[1002], &[1002]);
    let ids = [1001_u32];
    let right = |code: i32, port: Name| {
        // SAFETY: on success the reply carried this right.
        let right = (code == 0).then(|| unsafe { SendRight::from_raw(port) });
        right.ok_or(code)
    };
    let duplicate = |client: &Client| {
        let mut port = NULL;
        // SAFETY: a valid out-pointer.
        let code = unsafe { hurd_sys::io_duplicate(client.right().name(), &mut port) };
        right(code, port)
    };
    let restrict = |client: &Client| {
        let mut port = NULL;
        let name = client.right().name();
        // SAFETY: valid out-pointers, and lists of one id.
        let code = unsafe {
            hurd_sys::io_restrict_auth(name, &mut port, ids.as_ptr(), 1, ids.as_ptr(), 1)
        };
        right(code, port)
    };
    let reopen = |client: &Client| {
        let (mut retry, mut port) = (0, NULL);
        let mut name: hurd_sys::string_t = [0; 1024];
        // SAFETY: valid out-pointers and a string.
        let code = unsafe {
            hurd_sys::dir_lookup(
                client.right().name(),
                c"".as_ptr(),
                0,
                0,
                &mut retry,
                name.as_mut_ptr(),
                &mut port,
            )
        };
        right(code, port)
    };
    type Another<'a> = &'a dyn Fn(&Client) -> Result<SendRight, i32>;
    let ways: [(&str, Another<'_>); 3] = [
        ("io_duplicate", &duplicate),
        ("io_restrict_auth", &restrict),
        ("dir_lookup", &reopen),
    ];
    for (way, another) in ways {
        for round in 0..3 {
            // The ports of the round before go.
            wait_until("a port", || another(&open).is_ok());
            std::thread::sleep(Duration::from_millis(200));
            let (count, error) = fill(10 * OPENS, || another(&open));
            println!("{way}: {count}");
            assert_eq!(error, libc::EMFILE, "{way}, round {round}");
            assert!((OPENS - 3..=OPENS + 1).contains(&count), "{way}: {count}");
        }
        assert!(another(&other).is_ok(), "{way}: another user");
        assert_eq!(
            fill(10 * OPENS, || another(&root)),
            (10 * OPENS, 0),
            "{way}"
        );
    }
}
