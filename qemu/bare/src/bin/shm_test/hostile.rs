// SPDX-License-Identifier: GPL-2.0-or-later
//! Clients that do not keep to the protocol. Whatever they send, the server refuses it or drops
//! it, answers everybody else within a second, and loses nothing.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use bare::client::{Session, is};
use bare_rt::clock::{self, Instant};
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq, println, thread};
use gnumach::error;
use gnumach::right::{DEAD, NULL, Name, ReceiveRight, SendRight};
use gnumach::{sys, trap};
use shm::Error;
use shm::UserLimits;
use shm::engine::gate::PATIENCE;

use crate::ground::{Ground, PAGE, RESPONSE, SOON, Told, check_refused, within};
use crate::leaks::{Level, Tolerance};
use crate::message::{Message, receive, receive_words};
use crate::vm::{self, READ, Task, WRITE};

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test("requests of a wrong size are refused", wrong_sizes);
    test("requests of wrong types are refused", wrong_types);
    test(
        "a number that pretends to be a right is refused",
        pretended_rights,
    );
    test("unknown requests are refused", unknown_ids);
    test(
        "memory where a value is expected is refused, and the other way round",
        out_of_line,
    );
    test(
        "a message too large to receive is dropped, and its sender told",
        oversize,
    );
    test(
        "a forged task port is refused, and never called",
        forged_task,
    );
    test("null, dead and other kernel ports are no task", not_tasks);
    test("a dead task is refused", dead_task);
    test(
        "another's task is a task: who has its port may map into it",
        others_task,
    );
    test(
        "a request without a reply port is served, or dropped",
        no_reply_port,
    );
    test(
        "a reply port that is full, dead or the server's own costs nothing",
        odd_reply_ports,
    );
    test(
        "forged notifications to tokens and tickets change nothing",
        forged_notifications,
    );
    test(
        "clients get no right to a segment's memory object",
        no_memory_object,
    );
    test("a flooded port holds up nobody at other ports", flood);
    test(
        "a task that locks its own map holds up nobody else",
        locked_map,
    );
    test(
        "one user's locked maps hold up no other user",
        locked_maps_of_one_user,
    );
    test(
        "who asks about a segment that 1 locked task has attached is answered",
        |ground| asked_about_locked(ground, 1),
    );
    test(
        "who asks about a segment that 33 locked tasks have attached is answered",
        |ground| asked_about_locked(ground, 33),
    );
    test(
        "who asks about a segment that 70 locked tasks have attached is answered",
        |ground| asked_about_locked(ground, 70),
    );
    test(
        "tasks of a user whose other tasks hang cost nobody anything",
        healthy_beside_locked,
    );
    test("tickets do not multiply records", tickets);
    test("a split attachment holds up nobody", split);
    test(
        "a process that dies while it says that it holds its token is uncounted",
        held_and_dead,
    );
}

const SEND: u32 = sys::MACH_MSG_TYPE_COPY_SEND;

/// The code that a message to root's session is answered with.
fn code(ground: &Ground, message: &Message) -> Result<i32, String> {
    let reply = message.call(ground.root.right().name(), RESPONSE).told()?;
    Ok(reply.code)
}

/// `sysvshm_attach` with any task.
fn attach(task: Name, disposition: u32, id: i32) -> Message {
    Message::new(42002)
        .port(disposition, task)
        .int32(id as u32)
        .int32(0)
        .int64(0)
}

/// Each request in its right shape.
fn requests(task: Name) -> [Message; 12] {
    let request = Message::new;
    [
        request(42000),
        request(42001)
            .port(SEND, task)
            .int32(0)
            .int64(PAGE)
            .int32(0),
        attach(task, SEND, 5),
        request(42003).port(SEND, task).int64(PAGE),
        request(42004).int32(5).int32(0),
        request(42005).int32(5).int32(1).int32(1).int32(0),
        request(42006).int32(5),
        request(42007).int32(5).int32(1),
        request(42008),
        request(42009),
        request(42010).port(SEND, task),
        request(42011).port(SEND, task).port(SEND, task),
    ]
}

fn wrong_sizes(ground: &Ground) -> Outcome {
    let task = Task::empty().told()?;
    let before = Level::now(ground)?;
    for (n, request) in requests(task.name()).into_iter().enumerate() {
        // In its right shape it is understood.
        check!(
            code(ground, &request)? != sys::MIG_BAD_ARGUMENTS,
            "request {n}"
        );
        for surplus in 1..=3 {
            let mut longer = request.clone();
            for _ in 0..surplus * surplus {
                longer = longer.int32(0);
            }
            let answer = code(ground, &longer)?;
            check!(
                answer == sys::MIG_BAD_ARGUMENTS,
                "request {n} with {surplus}: {answer:#x}"
            );
        }
        for words in 0..(request.size() - 32) / 8 {
            // Half a descriptor of a right is what the kernel does not even send.
            let cut = request
                .cut(words)
                .call(ground.root.right().name(), RESPONSE);
            check!(
                cut.as_ref().map_or_else(
                    |error| error.is(sys::MACH_SEND_MSG_TOO_SMALL),
                    |reply| reply.code == sys::MIG_BAD_ARGUMENTS
                ),
                "request {n} cut to {words}: {cut:?}"
            );
        }
    }
    for id in ground.root.list().told()? {
        ground.root.remove(id.id).told()?;
    }
    drop(task);
    before.comes_back(ground)
}

fn wrong_types(ground: &Ground) -> Outcome {
    let task = Task::empty().told()?;
    let port = ReceiveRight::allocate().told()?;
    let before = Level::now(ground)?;
    let refused = |message: Message| -> Outcome {
        check_eq!(code(ground, &message)?, sys::MIG_BAD_ARGUMENTS);
        Ok(())
    };
    let rest = |message: Message| message.int32(5).int32(0).int64(0);
    // A send-once or receive right, a number, or several rights where one is expected.
    refused(rest(
        Message::new(42002).port(sys::MACH_MSG_TYPE_MAKE_SEND_ONCE, port.name()),
    ))?;
    let given = ReceiveRight::allocate().told()?;
    refused(rest(
        Message::new(42002).port(sys::MACH_MSG_TYPE_MOVE_RECEIVE, given.name()),
    ))?;
    core::mem::forget(given);
    refused(rest(Message::new(42002).int64(task.name().into())))?;
    refused(rest(Message::new(42002).port(SEND, task.name())).complex(false))?;
    // A right where a number is expected.
    refused(
        Message::new(42002)
            .port(SEND, task.name())
            .port(SEND, task.name())
            .int32(0)
            .int64(0),
    )?;
    refused(Message::new(42006).port(SEND, task.name()))?;
    // Other scalars: of another width, signedness' worth of types, or count.
    for (kind, bits, count) in [
        (sys::MACH_MSG_TYPE_INTEGER_64, 64, 1),
        (sys::MACH_MSG_TYPE_INTEGER_16, 16, 1),
        (sys::MACH_MSG_TYPE_INTEGER_16, 16, 2),
        (sys::MACH_MSG_TYPE_INTEGER_32, 32, 0),
        (sys::MACH_MSG_TYPE_INTEGER_32, 32, 2),
        (sys::MACH_MSG_TYPE_BYTE, 8, 4),
        (sys::MACH_MSG_TYPE_STRING_C, 8, 8),
    ] {
        refused(
            Message::new(42006).words(&[crate::message::descriptor(kind, bits, count, true), 5]),
        )?;
    }
    drop((task, port));
    before.comes_back(ground)
}

fn pretended_rights(ground: &Ground) -> Outcome {
    // Were these taken for rights, the server would drop references of its own names, or use
    // its own task.
    for name in 1..200 {
        let message = Message::new(42002)
            .pretended_port(name)
            .int32(5)
            .int32(0)
            .int64(0);
        check_eq!(code(ground, &message)?, sys::MIG_BAD_ARGUMENTS);
        let message = Message::new(42011)
            .pretended_port(name)
            .pretended_port(name);
        check_eq!(code(ground, &message)?, sys::MIG_BAD_ARGUMENTS);
    }
    ground.answers()?;
    drop(ground.segment(PAGE)?.attach(0, 0)?);
    Ok(())
}

fn unknown_ids(ground: &Ground) -> Outcome {
    let before = Level::now(ground)?;
    let known = 42000..42016;
    for id in (-3..100)
        .chain(2000..2300)
        .chain(41_980..42_220)
        .chain(43_000..43_020)
        .chain([i32::MIN, i32::MAX])
        .filter(|id| !known.contains(id))
    {
        let answer = code(ground, &Message::new(id).port(SEND, trap::mach_task_self()))?;
        // The bed's own requests are known, and not for sessions.
        check!(
            answer == sys::MIG_BAD_ID
                || (43_000..43_020).contains(&id) && answer == sys::MIG_BAD_ARGUMENTS,
            "{id}: {answer:#x}"
        );
    }
    before.comes_back(ground)
}

fn out_of_line(ground: &Ground) -> Outcome {
    static MEMORY: [u64; 4096] = [5; 4096];
    let at = MEMORY.as_ptr().addr() as u64;
    let before = Level::now(ground)?;
    for count in [1, 512, 4096] {
        let words = sys::MACH_MSG_TYPE_INTEGER_64;
        let int = sys::MACH_MSG_TYPE_INTEGER_32;
        for message in [
            Message::new(42006).out_of_line(int, 32, count, at),
            Message::new(42003)
                .port(SEND, trap::mach_task_self())
                .out_of_line(words, 64, count, at),
            Message::new(42002)
                .out_of_line(SEND, 32, 1, rights())
                .int32(5)
                .int32(0)
                .int64(0),
        ] {
            check_eq!(code(ground, &message)?, sys::MIG_BAD_ARGUMENTS);
        }
    }
    // What the bed expects inline in any length, out of line; and more than it has room for.
    let bed = ground.control.right().name();
    let ids =
        |count: u32| Message::new(43_000).out_of_line(sys::MACH_MSG_TYPE_INTEGER_32, 32, count, at);
    let reply = ids(4)
        .out_of_line(sys::MACH_MSG_TYPE_INTEGER_32, 32, 4, at)
        .call(bed, RESPONSE)
        .told()?;
    check!(reply.code != 0);
    before.comes_back(ground)
}

/// An array of one right to this task's own port.
fn rights() -> u64 {
    static RIGHTS: AtomicU32 = AtomicU32::new(0);
    RIGHTS.store(trap::mach_task_self(), Ordering::Relaxed);
    RIGHTS.as_ptr().addr() as u64
}

fn oversize(ground: &Ground) -> Outcome {
    let before = Level::now(ground)?;
    let to = ground.root.right().name();
    for words in [1100, 4096, 8000] {
        let large = Message::new(42002)
            .port(SEND, trap::mach_task_self())
            .words(&[crate::message::descriptor(
                sys::MACH_MSG_TYPE_INTEGER_64,
                64,
                words,
                true,
            )])
            .words(&Vec::from_iter(0..u64::from(words)));
        // The kernel drops it; the reply right then tells that it was never used.
        let reply = large.call(to, RESPONSE).told()?;
        check_eq!(reply.id, sys::MACH_NOTIFY_SEND_ONCE as i32);
        large.send(to, None, RESPONSE).told()?;
    }
    ground.answers()?;
    before.comes_back(ground)
}

fn forged_task(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    drop(segment.attach(0, 0)?);
    let before = Level::now(ground)?;
    let port = ReceiveRight::allocate().told()?;
    let right = port.make_send().told()?;
    let began = Instant::now();
    check_refused!(ground.root.attach_to(right.name(), segment.id, 0, 0), ESRCH);
    check_refused!(ground.root.get_as(right.name(), 0, PAGE, 0), ESRCH);
    check_refused!(ground.root.detach_from(right.name(), PAGE), EINVAL);
    let _mapping = segment.attach(0, 0)?;
    let ticket = ground.root.fork().told()?.ok_or("no ticket")?;
    check_refused!(ground.root.fork_child(right.name(), ticket.name()), ESRCH);
    // A ticket and a token are no tasks either.
    check_refused!(
        ground.root.attach_to(ticket.name(), segment.id, 0, 0),
        ESRCH
    );
    check!(began.elapsed() < Duration::from_millis(RESPONSE.into()));
    drop(ticket);
    // And nobody ever called it.
    let came = receive(&port, 100);
    check!(came.is_err(), "{came:?} came");
    check_eq!(segment.nattch()?, 1);
    drop((port, right));
    before.comes_back(ground)
}

fn not_tasks(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    drop(segment.attach(0, 0)?);
    let before = Level::now(ground)?;
    let this = trap::mach_task_self();
    let own = thread::spawn(|| clock::sleep(Duration::from_secs(1)), 16 * 1024).told()?;
    let host = ground.control.host().told()?;
    let object = vm::region(this, vm::allocate(this, 0, PAGE).told()?)
        .told()?
        .object;
    let others = [
        NULL,
        DEAD,
        own.name(),
        trap::mach_host_self(),
        host.name(),
        object.name(),
        ground.root.right().name(),
        ground.control.right().name(),
    ];
    for name in others {
        // The stub of a client copies a right, and cannot make a dead name into one.
        check_refused!(ground.root.attach_to(name, segment.id, 0, 0), ESRCH);
        check_refused!(ground.root.get_as(name, 0, PAGE, 0), ESRCH);
        check_refused!(ground.root.detach_from(name, PAGE), EINVAL);
        check!(ground.root.fork_child(name, name).is_err());
    }
    own.join();
    drop((host, object));
    before.comes_back(ground)
}

fn dead_task(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    drop(segment.attach(0, 0)?);
    let before = Level::now(ground)?;
    let task = Task::empty().told()?;
    let attached = ground
        .root
        .attach_to(task.name(), segment.id, 0, 0)
        .told()?;
    // SAFETY: a task of our own.
    unsafe { sys::mig_k_task_terminate(task.name()) };
    // Its name here is that of a dead port now, which a message cannot carry as a right: the
    // kernel sends the number that means dead instead.
    for message in [
        attach(task.name(), SEND, segment.id),
        attach(DEAD, SEND, segment.id),
    ] {
        match message.call(ground.root.right().name(), RESPONSE) {
            Ok(reply) => check_eq!(reply.code, Error::ESRCH.hurd()),
            Err(error) => check!(error.is(sys::MACH_SEND_INVALID_RIGHT), "{error}"),
        }
    }
    drop(attached);
    drop(task);
    check_eq!(segment.nattch()?, 0);
    before.comes_back(ground)
}

/// Whoever holds a task's port can do to it what he wants, with the server or without: vm_map
/// is his. So the server asks who may have the segment, which the session says, and no more.
fn others_task(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let owner = ground.client(&ground.caller(5, 5)?, 90, |_, words| {
        i32::from(!crate::ground::reaches(&words[1], 1))
    })?;
    let stranger = ground.caller(6, 6)?;
    check_refused!(stranger.attach_to(owner.task(), segment.id, 0, 0), EACCES);
    let attached = ground
        .root
        .attach_to(owner.task(), segment.id, 0, 0)
        .told()?;
    let ds = ground.root.stat(segment.id).told()?;
    check_eq!((ds.nattch, ds.lpid), (1, 90));
    stranger
        .detach_from(owner.task(), attached.address)
        .told()?;
    check_eq!(segment.nattch()?, 0);
    crate::ground::reach(owner.word(1), 1);
    owner.returns(0)
}

fn no_reply_port(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    drop(segment.attach(0, 0)?);
    let task = Task::empty().told()?;
    let before = Level::now(ground)?;
    let to = ground.root.right().name();
    for _ in 0..100 {
        for request in requests(trap::mach_task_self()) {
            request.send(to, None, RESPONSE).told()?;
        }
        attach(task.name(), SEND, segment.id)
            .send(to, None, RESPONSE)
            .told()?;
    }
    ground.answers()?;
    check!(
        within(SOON, || segment.nattch() == Ok(100)),
        "{:?}",
        segment.nattch()
    );
    drop(task);
    check_eq!(segment.nattch()?, 0);
    for ds in ground.root.list().told()? {
        if ds.id != segment.id {
            ground.root.remove(ds.id).told()?;
        }
    }
    before.comes_back(ground)
}

fn odd_reply_ports(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    drop(segment.attach(0, 0)?);
    let before = Level::now(ground)?;
    let to = ground.root.right().name();
    let task = Task::empty().told()?;
    let full = ReceiveRight::allocate().told()?;
    let right = full.make_send().told()?;
    while Message::new(1).send(right.name(), None, 10).is_ok() {}
    let dead = ReceiveRight::allocate().told()?;
    let dead_right = dead.make_send().told()?;
    for _ in 0..100 {
        // A full queue; the server's own port, as a send right and as what answers itself; a
        // port that dies with the message under way; a task, which is a port of the kernel.
        let replies = [right.name(), to, dead_right.name(), task.name()];
        for reply in replies {
            for request in [attach(task.name(), SEND, segment.id), Message::new(42009)] {
                request.send(to, Some((reply, SEND)), RESPONSE).told()?;
            }
            for id in [41_900, 41_902, 1900, 2000 - 100] {
                Message::new(id)
                    .send(to, Some((reply, SEND)), RESPONSE)
                    .told()?;
            }
        }
        ground.answers()?;
    }
    drop((dead, task));
    for _ in 0..100 {
        let request = attach(trap::mach_task_self(), SEND, i32::MAX);
        let sent = request.send(to, Some((dead_right.name(), SEND)), RESPONSE);
        check!(sent.is_ok() || sent.is_err_and(|error| error.is(sys::MACH_SEND_INVALID_REPLY)));
    }
    ground.answers()?;
    check!(
        within(SOON, || segment.nattch() == Ok(0)),
        "{:?}",
        segment.nattch()
    );
    drop((full, right, dead_right));
    before.comes_back(ground)
}

fn forged_notifications(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let mapping = ground.root.attach(segment.id, 0, 0).told()?;
    let ticket = ground.root.fork().told()?.ok_or("no ticket")?;
    check_eq!(segment.nattch()?, 2);
    let before = Level::now(ground)?;
    let victim = ReceiveRight::allocate().told()?;
    for to in [
        mapping.token.name(),
        ticket.name(),
        ground.root.right().name(),
    ] {
        for n in 0..200 {
            // No senders, with any count; dead name, of any name; port deleted, destroyed,
            // message accepted, send once; and nonsense.
            Message::new(sys::MACH_NOTIFY_NO_SENDERS as i32)
                .int32(n)
                .send(to, None, RESPONSE)
                .told()?;
            for id in [
                sys::MACH_NOTIFY_DEAD_NAME,
                sys::MACH_NOTIFY_PORT_DELETED,
                sys::MACH_NOTIFY_MSG_ACCEPTED,
            ] {
                let word = crate::message::descriptor(sys::MACH_MSG_TYPE_PORT_NAME, 32, 1, true);
                Message::new(id as i32)
                    .words(&[word, n.into()])
                    .send(to, None, RESPONSE)
                    .told()?;
            }
            Message::new(sys::MACH_NOTIFY_PORT_DESTROYED as i32)
                .port(sys::MACH_MSG_TYPE_MAKE_SEND, victim.name())
                .send(to, None, RESPONSE)
                .told()?;
            Message::new(sys::MACH_NOTIFY_SEND_ONCE as i32)
                .send(to, None, RESPONSE)
                .told()?;
            Message::new(n as i32)
                .port(SEND, trap::mach_task_self())
                .send(to, None, RESPONSE)
                .told()?;
            if let Ok(reply) = Message::new(70).int32(0).call(to, RESPONSE) {
                check!(reply.id == 170 || reply.code != 0, "{reply:?}");
            }
        }
        ground.answers()?;
    }
    // The pager's messages, at a port of the server's own: not the pager's.
    for to in [mapping.token.name(), ground.root.right().name()] {
        for id in 2200..2220 {
            let message = Message::new(id)
                .port(SEND, trap::mach_task_self())
                .int64(0)
                .int64(PAGE)
                .int32(1);
            message.send(to, None, RESPONSE).told()?;
        }
    }
    check_eq!(segment.nattch()?, 2);
    ground.answers()?;
    before.comes_back(ground)?;
    // The real notifications still come.
    drop(ticket);
    let nattch = || {
        ground
            .root
            .list()
            .map_or(0, |list| list.first().map_or(0, |ds| ds.nattch))
    };
    check!(
        within(SOON, || nattch() == 1),
        "{} after the ticket went",
        nattch()
    );
    vm::deallocate(trap::mach_task_self(), mapping.address, PAGE).told()?;
    drop(mapping);
    check!(
        within(SOON, || nattch() == 0),
        "{} after the token went",
        nattch()
    );
    Ok(())
}

/// With a send right to a memory object a client could feed the pager what only the kernel may
/// send. What clients see of it is a name that stands for nothing but identity.
fn no_memory_object(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let mapping = segment.attach(0, 0)?;
    mapping.write(0, 9);
    let this = trap::mach_task_self();
    let object = vm::region(this, mapping.address()).told()?.object;
    for copy in [0, 1] {
        let mut address = 0;
        // SAFETY: maps where there is room, if at all.
        let code = unsafe {
            trap::vm_map(
                this,
                &mut address,
                PAGE as _,
                0,
                1,
                object.name(),
                0,
                copy,
                READ,
                READ,
                0,
            )
        };
        check_eq!(code, sys::KERN_INVALID_ARGUMENT);
    }
    check_eq!(mapping.read(0), 9);
    // Neither is there one among the names that this task has.
    check_eq!(segment.attach(0, 0)?.read(0), 9);
    ground.answers()
}

fn flood(ground: &Ground) -> Outcome {
    let before = Level::now(ground)?;
    let flooded = ground.caller(9, 9)?;
    let mut clients = Vec::new();
    for pid in 0..4 {
        clients.push(ground.client(&flooded, 200 + pid, |session, words| {
            let to = session.right().name();
            let requests = [Message::new(42009), Message::new(42008), Message::new(7)];
            while words[1].load(Ordering::Relaxed) == 0 {
                for request in &requests {
                    let _ = request.send(to, None, RESPONSE);
                }
                words[2].fetch_add(1, Ordering::Relaxed);
            }
            0
        })?);
    }
    // The threads of the bed's server, of which the flood makes many, have no priority over those of
    // its clients. So an answer may wait for the processor now and then.
    let mut late = 0;
    for _ in 0..20 {
        late += u32::from(ground.answer_time()? > Duration::from_millis(RESPONSE.into()));
        drop(ground.segment(PAGE)?.attach(0, 0)?);
        clock::sleep(Duration::from_millis(50));
    }
    check!(late <= 2, "{late} of 20 answers were late");
    for client in &clients {
        crate::ground::reach(client.word(1), 1);
        client.returns(0)?;
        let times = client.word(2).load(Ordering::Relaxed);
        println!("a flooding client came round {times} times");
    }
    drop(clients);
    ground.answers()?;
    println!("{:?}", ground.control.holdings().told()?);
    // Threads that the flood has made end again.
    let threads = || ground.control.holdings().map_or(!0, |held| held.threads);
    let few = before.threads() + 3;
    check!(
        within(SOON, || threads() <= few),
        "{few} threads became {}",
        threads()
    );
    // 64 reply ports the run time of the bed keeps for later calls; the stacks the kernel. As many
    // threads as there can be left 2010 pages behind.
    let tolerated = Tolerance {
        names: 70,
        pages: 2500,
    };
    before.comes_back_within(ground, &tolerated)
}

/// A task whose map is locked: it wires a page whose pager says nothing.
///
/// The kernel faults the page in with the map held, and waits for its pager for ever. The pager
/// here is ours, so it can answer in the end. (Were its port to die instead, the fault would
/// fail, and this kernel panics: "pmap_change_wiring: pte missing".)
struct Locked {
    // The order of these fields is the order of their drop: the task, with the mapping, first.
    task: Arc<Task>,
    wiring: Option<thread::JoinHandle>,
    control: SendRight,
    pager: ReceiveRight,
}

impl Locked {
    fn new() -> Result<Self, String> {
        Self::of(Arc::new(Task::empty().told()?))
    }

    fn of(task: Arc<Task>) -> Result<Self, String> {
        let pager = ReceiveRight::allocate().told()?;
        let right = pager.make_send().told()?;
        let mut address = 0;
        // SAFETY: maps into a task without threads.
        error::check(unsafe {
            trap::vm_map(
                task.name(),
                &mut address,
                PAGE as _,
                0,
                1,
                right.name(),
                0,
                0,
                READ | WRITE,
                READ | WRITE,
                0,
            )
        })
        .told()?;
        let victim = Arc::clone(&task);
        let wire = move || {
            // SAFETY: touches the memory of that task only.
            unsafe {
                sys::mig_k_vm_wire(
                    trap::mach_host_self(),
                    victim.name(),
                    address,
                    PAGE as _,
                    READ,
                )
            };
        };
        let wiring = thread::spawn(wire, 16 * 1024).told()?;
        // The kernel has told the pager of the object; from then on it waits for an answer.
        let init = receive_words(&pager, SOON).told()?;
        // SAFETY: the right came with that message, and is ours.
        let control = unsafe { SendRight::from_raw(init[5] as Name) };
        clock::sleep(Duration::from_millis(20));
        Ok(Self {
            task,
            wiring: Some(wiring),
            control,
            pager,
        })
    }

    /// Sends a request for this task, whose answer may never come.
    fn attach(&self, session: &Session, id: i32) -> Result<Pending, String> {
        let reply = ReceiveRight::allocate().told()?;
        let once = sys::MACH_MSG_TYPE_MAKE_SEND_ONCE;
        attach(self.task.name(), SEND, id)
            .send(session.right().name(), Some((reply.name(), once)), RESPONSE)
            .told()?;
        Ok(Pending(reply))
    }

    /// Lets the fault have a page of zeros.
    fn release(&mut self) {
        let Some(wiring) = self.wiring.take() else {
            return;
        };
        let control = self.control.name();
        // SAFETY: both send messages to the kernel, about an object of ours.
        unsafe { sys::mig_k_memory_object_ready(control, 0, sys::MEMORY_OBJECT_COPY_DELAY as _) };
        if let Ok(request) = receive_words(&self.pager, SOON) {
            // SAFETY: as above; the words are offset and length.
            unsafe {
                sys::mig_k_memory_object_data_unavailable(control, request[7] as _, request[9] as _)
            };
        }
        wiring.join();
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.release();
    }
}

/// An answer to come.
struct Pending(ReceiveRight);

impl Pending {
    fn code(&self, milliseconds: u32) -> Option<i32> {
        receive(&self.0, milliseconds).ok().map(|reply| reply.code)
    }
}

/// How long a refusal for want of patience may take, in milliseconds.
const PATIENT: u32 = PATIENCE.as_millis() as u32 + RESPONSE;

fn locked_map(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let attached = segment.attach(0, 0)?;
    let user = ground.caller(9, 9)?;
    ground.root.set(segment.id, 9, 9, 0o600).told()?;
    let before = Level::now(ground)?;
    let mut locked = Locked::new()?;
    let first = locked.attach(&user, segment.id)?;
    check_eq!(first.code(500), None);
    // Everybody else is served: at once, and with the same segment.
    ground.answers()?;
    let began = Instant::now();
    drop(segment.attach(0, 0)?);
    check_eq!(segment.nattch()?, 1);
    let other = Task::empty().told()?;
    let attached_there = user.attach_to(other.name(), segment.id, 0, 0).told()?;
    user.detach_from(other.name(), attached_there.address)
        .told()?;
    check!(
        began.elapsed() < Duration::from_millis(RESPONSE.into()),
        "{:?}",
        began.elapsed()
    );
    // Those who want something of that task are refused when patience ends, and then at once.
    let second = locked.attach(&user, segment.id)?;
    let third = locked.attach(&ground.root, segment.id)?;
    ground.answers()?;
    check_eq!(second.code(PATIENT), Some(Error::EAGAIN.hurd()));
    check_eq!(third.code(PATIENT), Some(Error::EAGAIN.hurd()));
    for _ in 0..10 {
        let again = locked.attach(&user, segment.id)?;
        check_eq!(again.code(RESPONSE), Some(Error::EAGAIN.hurd()));
    }
    check_eq!(first.code(10), None);
    ground.answers()?;
    // When it lets go, the call that hung goes on as if nothing had been.
    locked.release();
    check_eq!(first.code(SOON), Some(0));
    check_eq!(segment.nattch()?, 2);
    let after = locked.attach(&user, segment.id)?;
    check_eq!(after.code(RESPONSE), Some(0));
    drop((locked, first, second, third, after, other));
    check_eq!(segment.nattch()?, 1);
    drop(attached);
    before.comes_back(ground)
}

fn locked_maps_of_one_user(ground: &Ground) -> Outcome {
    let segment = ground.segment_with(PAGE, 0o666)?;
    drop(segment.attach(0, 0)?);
    let user = ground.caller(9, 9)?;
    let mut locked = Vec::new();
    let mut hanging = Vec::new();
    let per_user = UserLimits::default().stuck;
    for _ in 0..per_user {
        let one = Locked::new()?;
        hanging.push(one.attach(&user, segment.id)?);
        locked.push(one);
        ground.answers()?;
    }
    // The user has no thread left, not even for a task that would answer. Until a thread has the
    // last of the hanging calls, there is one.
    let innocent = Task::empty().told()?;
    let none_left = within(SOON, || {
        let answer = user.attach_to(innocent.name(), segment.id, 0, 0);
        if let Ok(attached) = &answer {
            let _ = user.detach_from(innocent.name(), attached.address);
        }
        is(&answer, Error::EAGAIN)
    });
    check!(none_left, "the user has a thread left");
    let began = Instant::now();
    let answer = user.attach_to(innocent.name(), segment.id, 0, 0);
    check!(is(&answer, Error::EAGAIN), "after {:?}", began.elapsed());
    check!(
        began.elapsed() < Duration::from_millis(PATIENT.into()),
        "{:?}",
        began.elapsed()
    );
    // Others have.
    let began = Instant::now();
    let other = ground.caller(10, 10)?;
    let task: Box<Task> = Box::new(Task::empty().told()?);
    let attached = other.attach_to(task.name(), segment.id, 0, 0).told()?;
    other.detach_from(task.name(), attached.address).told()?;
    drop(segment.attach(0, 0)?);
    check!(
        began.elapsed() < Duration::from_millis(RESPONSE.into()),
        "{:?}",
        began.elapsed()
    );
    for one in &mut locked {
        one.release();
    }
    for pending in &hanging {
        check_eq!(pending.code(SOON), Some(0));
    }
    check_eq!(segment.nattch()?, per_user);
    let attached: SendRight = user
        .attach_to(innocent.name(), segment.id, 0, 0)
        .told()?
        .token;
    drop((attached, innocent, locked));
    check_eq!(segment.nattch()?, 0);
    let left = format!("{:?}", ground.root.stat(segment.id).told()?.nattch);
    check_eq!(left, "0");
    Ok(())
}

/// A task that attached a segment, locked its map, and has a thread waiting to change it, so that
/// a look at the map hangs too.
struct Hung {
    locked: Locked,
    writer: Option<thread::JoinHandle>,
    _token: SendRight,
}

impl Hung {
    fn new(user: &Session, id: i32) -> Result<Self, String> {
        let task = Arc::new(Task::empty().told()?);
        let token = user
            .attach_to(task.name(), id, shm::wire::defs::SYSVSHM_RDONLY, 0)
            .told()?
            .token;
        let locked = Locked::of(Arc::clone(&task))?;
        let write = move || {
            let _ = vm::allocate(task.name(), 0, PAGE);
        };
        let writer = thread::spawn(write, 16 * 1024).told()?;
        Ok(Self {
            locked,
            writer: Some(writer),
            _token: token,
        })
    }

    fn release(&mut self) {
        self.locked.release();
        if let Some(writer) = self.writer.take() {
            writer.join();
        }
    }
}

/// What is not held up at all takes no longer, in milliseconds.
const UNDISTURBED: u32 = 200;

/// How long a call takes; an answer later than `limit` milliseconds fails the test.
fn within_time<T>(
    what: &str,
    limit: u32,
    call: impl FnOnce() -> Result<T, String>,
) -> Result<T, String> {
    let began = Instant::now();
    let answer = call();
    let took = began.elapsed();
    check!(
        took < Duration::from_millis(limit.into()),
        "{what}: {took:?}"
    );
    answer
}

/// All that an ordinary client does.
fn ordinary_client(ground: &Ground) -> Outcome {
    let user = ground.caller(10, 10)?;
    within_time("an ordinary client", RESPONSE, || {
        let id = user.get(0, PAGE, 0o600).told()?;
        let attached = user.attach(id, 0, 0).told()?;
        crate::ground::write(attached.address, 1);
        check_eq!(user.stat(id).told()?.nattch, 1);
        user.info().told()?;
        user.detach(attached.address).told()?;
        user.remove(id).told()
    })?;
    within_time("a stranger's list", RESPONSE, || user.list().told())?;
    within_time("another list", UNDISTURBED, || user.list().told()).map(drop)
}

fn asked_about_locked(ground: &Ground, number: usize) -> Outcome {
    let segment = ground.segment_with(PAGE, 0o666)?;
    drop(segment.attach(0, 0)?);
    let before = Level::now(ground)?;
    let user = ground.caller(9, 9)?;
    let mut hung = Vec::new();
    for _ in 0..number {
        hung.push(Hung::new(&user, segment.id)?);
    }
    clock::sleep(Duration::from_millis(50));
    // Message by message: a call that hangs must not hang the test.
    let stat = Message::new(42004).int32(segment.id as u32).int32(0);
    let root = ground.root.right().name();
    let ask = |limit| {
        within_time("root's IPC_STAT", limit, || {
            let reply = stat.call(root, limit).told()?;
            check_eq!(reply.code, 0);
            Ok(())
        })
    };
    ask(RESPONSE)?;
    ordinary_client(ground)?;
    for _ in 0..5 {
        ask(UNDISTURBED)?;
    }
    check_eq!(segment.nattch()?, number as u64);
    within_time("root's list", RESPONSE, || ground.root.list().told())?;
    let set = |mode| ground.root.set(segment.id, 0, 0, mode).told();
    within_time("IPC_SET", UNDISTURBED, || set(0o640))?;
    let id = segment.id;
    within_time("IPC_RMID", RESPONSE, || ground.root.remove(id).told())?;
    ordinary_client(ground)?;
    check_eq!(ground.root.stat(id).told()?.nattch, number as u64);
    for one in &mut hung {
        one.release();
    }
    drop(hung);
    check!(
        within(SOON, || is(&ground.root.stat(id), Error::EINVAL)),
        "{:?}",
        ground.root.stat(id).map(|ds| ds.nattch)
    );
    drop(segment);
    let tolerated = Tolerance {
        names: 70,
        pages: 2000,
    };
    before.comes_back_within(ground, &tolerated)
}

fn healthy_beside_locked(ground: &Ground) -> Outcome {
    const HEALTHY: u64 = 5;
    let own = ground.segment_with(PAGE, 0o666)?;
    let segment = ground.segment_with(PAGE, 0o666)?;
    let user = ground.caller(9, 9)?;
    let healthy: Vec<Task> = (0..HEALTHY)
        .map(|_| Task::empty().told())
        .collect::<Result<_, _>>()?;
    let attach = |task: &Task| {
        let attached = user.attach_to(task.name(), segment.id, 0, 0).told()?;
        Ok(attached.token)
    };
    let tokens: Vec<SendRight> = healthy.iter().map(attach).collect::<Result<_, String>>()?;
    let mut hung = Vec::new();
    for _ in 0..UserLimits::default().stuck + 4 {
        hung.push(Hung::new(&user, own.id)?);
    }
    within_time("the first look", RESPONSE, || own.nattch())?;
    for _ in 0..3 {
        let nattch = within_time("a look at others", UNDISTURBED, || segment.nattch())?;
        check_eq!(nattch, HEALTHY);
    }
    for one in &mut hung {
        one.release();
    }
    drop((hung, tokens, healthy));
    check!(
        within(SOON, || segment.nattch() == Ok(0)),
        "{:?}",
        segment.nattch()
    );
    check!(within(SOON, || own.nattch() == Ok(0)), "{:?}", own.nattch());
    Ok(())
}

fn tickets(ground: &Ground) -> Outcome {
    const ATTACHMENTS: usize = 300;
    const FORKS: usize = 200;
    let before = Level::now(ground)?;
    let victim = ground.segment_with(PAGE, 0o644)?;
    let id = victim.id;
    let user = ground.caller(9, 9)?;
    let client = ground.client(&user, 99, move |session, words| {
        let mut held = Vec::new();
        for _ in 0..ATTACHMENTS {
            let flags = shm::wire::defs::SYSVSHM_RDONLY;
            let Ok(attached) = session.attach(id, flags, 0) else {
                return 1;
            };
            held.push(attached.token);
        }
        let tickets: Vec<_> = (0..FORKS).filter_map(|_| session.fork().ok()).collect();
        crate::ground::reach(&words[1], tickets.len() as u32);
        crate::ground::reach(&words[2], 1);
        i32::from(!crate::ground::reaches(&words[3], 1))
    })?;
    client.reaches(2, 1)?;
    let made = client.word(1).load(Ordering::Relaxed);
    check!(
        u64::from(made) <= shm::registry::limits::PROCESS_TICKETS,
        "{made} tickets"
    );
    let nattch = within_time("IPC_STAT", RESPONSE, || victim.nattch())?;
    check!(nattch <= UserLimits::default().attachments, "{nattch}");
    check!(nattch >= ATTACHMENTS as u64, "{nattch}");
    crate::ground::reach(client.word(3), 1);
    client.returns(0)?;
    drop(client);
    check!(
        within(SOON, || victim.nattch() == Ok(0)),
        "{:?}",
        victim.nattch()
    );
    drop(victim);
    before.comes_back(ground)
}

/// Every other page of an attachment is another's memory, so that its part of the map has as
/// many entries as pages, and none of them shows at once that it is gone.
fn split(ground: &Ground) -> Outcome {
    const PAGES: u64 = 8192;
    let segment = ground.segment_with(2 * PAGES * PAGE, 0o666)?;
    let user = ground.caller(9, 9)?;
    let task = Task::empty().told()?;
    let attached = user.attach_to(task.name(), segment.id, 0, 0).told()?;
    for page in 0..PAGES {
        let at = attached.address + 2 * page * PAGE;
        vm::deallocate(task.name(), at, PAGE).told()?;
    }
    // What is left maps the segment, but for the beginning.
    vm::deallocate(task.name(), attached.address, PAGES * PAGE).told()?;
    check_eq!(within_time("IPC_STAT", RESPONSE, || segment.nattch())?, 1);
    let other = ground.segment(PAGE)?;
    let mapping = other.attach(0, 0)?;
    let asker = ground.client(&ground.root, 77, {
        let id = segment.id;
        move |session, words| {
            while words[1].load(Ordering::Relaxed) == 0 {
                let _ = session.stat(id);
            }
            0
        }
    })?;
    let mut late = 0;
    for _ in 0..20 {
        let answer = within_time("another's IPC_STAT", UNDISTURBED, || other.nattch());
        late += u32::from(answer.is_err());
        clock::sleep(Duration::from_millis(10));
    }
    // A host that was busy for a second made one of them late.
    check!(late <= 2, "{late} of 20 took longer than {UNDISTURBED} ms");
    crate::ground::reach(asker.word(1), 1);
    asker.returns(0)?;
    within_time("its shmdt", RESPONSE, || {
        user.detach_from(task.name(), attached.address).told()
    })?;
    check_eq!(segment.nattch()?, 0);
    drop(mapping);
    Ok(())
}

/// The token went before the record was there, so nobody tells when the process dies.
fn held_and_dead(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let task = Task::empty().told()?;
    let first = ground
        .root
        .attach_to(task.name(), segment.id, 0, 0)
        .told()?;
    ground.root.detach_from(task.name(), first.address).told()?;
    // The server still knows the task, and that it was given a token.
    drop(first);
    let held = shm::wire::defs::SYSVSHM_HELD;
    clock::sleep(Duration::from_millis(50));
    let again = ground
        .root
        .attach_to(task.name(), segment.id, held, 0)
        .told()?;
    println!(
        "it was {}given a token again",
        if again.token.name() == NULL {
            "not "
        } else {
            ""
        }
    );
    drop((again, task));
    // A list of a stranger's does not look by itself within a second.
    let user = ground.caller(9, 9)?;
    let nattch = || {
        user.list()
            .map_or(9, |list| list.first().map_or(8, |ds| ds.nattch))
    };
    check!(within(SOON, || nattch() == 0), "{}", nattch());
    Ok(())
}
