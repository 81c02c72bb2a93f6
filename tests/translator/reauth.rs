// SPDX-License-Identifier: GPL-2.0-or-later
//! io_reauthenticate: an open for other ids. The client meets the server at the auth server, or
//! never comes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gnumach::right::{NULL, Name, ReceiveRight, SendRight};
use gnumach::{sys as mach, trap};
use hurd_sys as sys;

use super::auth::{Auth, begin};
use super::client::{CREATE, Client, restricted};
use super::message::Message;
use super::node::Node;
use super::process::{Pipe, become_user, fork, holdings, in_child};

const COPY: u32 = mach::MACH_MSG_TYPE_COPY_SEND;
const MAKE: u32 = mach::MACH_MSG_TYPE_MAKE_SEND;

/// What a server waits for at once (hurd_ports::reauth::PENDING).
const PENDING: usize = 256;

/// More than a server may have in work.
const MANY: u32 = 300;

/// The client's half. It waits for as long as the server does not come.
fn meet(rendezvous: Name, disposition: u32) -> Result<Client, i32> {
    let mut new = NULL;
    // SAFETY: a valid out-pointer; both rights are ours.
    unsafe {
        let auth = SendRight::from_raw(sys::getauth());
        match sys::auth_user_authenticate(auth.name(), rendezvous, disposition as _, &mut new) {
            0 => Ok(Client::new(SendRight::from_raw(new))),
            error => Err(error),
        }
    }
}

/// The same open under the ids of now.
fn reauthenticate(open: &Client) -> Client {
    let port = ReceiveRight::allocate().unwrap();
    let right = port.make_send().unwrap();
    begin(open, right.name());
    meet(port.name(), MAKE).unwrap()
}

/// Who the server says makes segments through this open.
fn owner(open: &Client) -> (u32, u32) {
    let id = open.get(0, 4096, CREATE | 0o600).unwrap();
    let ds = open.stat(id).unwrap();
    open.remove(id).unwrap();
    (ds.cuid, ds.cgid)
}

/// Ports that nobody ever comes to, each with a right.
fn nevers() -> Vec<(ReceiveRight, SendRight)> {
    let never = || {
        let port = ReceiveRight::allocate().unwrap();
        let right = port.make_send().unwrap();
        (port, right)
    };
    (0..MANY).map(|_| never()).collect()
}

fn soon<T>(what: &str, call: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let answer = call();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(1), "{what} took {took:?}");
    answer
}

#[test]
fn an_open_gets_the_ids_that_its_holder_has_now() {
    let node = Node::active(&[]);
    let roots = node.open();
    in_child(|| {
        become_user(1001);
        assert_eq!(owner(&roots), (0, 0));
        let own = reauthenticate(&roots);
        assert_eq!(owner(&own), (1001, 1001));
        // And once more, from one that was made so.
        assert_eq!(owner(&reauthenticate(&own)), (1001, 1001));
    });
}

#[test]
fn an_open_is_made_for_more_groups_than_a_message_holds() {
    let node = Node::active(&[]);
    let roots = node.open();
    for count in [300, 700] {
        in_child(|| {
            let groups: Vec<u32> = (0..count).map(|group| 5000 + group).collect();
            // SAFETY: so many ids; the child has one thread.
            let failed = unsafe { libc::setgroups(groups.len(), groups.as_ptr()) };
            assert_eq!(failed, 0);
            let id = roots.get(0, 4096, CREATE | 0o060).unwrap();
            roots.set(id, 7, 5000 + count - 1, 0o060).unwrap();
            // SAFETY: a plain number.
            assert_eq!(unsafe { libc::setuid(1001) }, 0);
            // The last group of all may read it.
            let own = reauthenticate(&roots);
            assert!(own.stat(id).is_ok(), "{count} groups");
            assert_ne!(owner(&own).0, 0);
            roots.remove(id).unwrap();
        });
    }
}

/// A machine may be so busy that a client takes longer between its two calls than anything of the
/// server's may wait.
#[test]
fn a_slow_client_gets_its_open() {
    let node = Node::active(&[]);
    let roots = node.open();
    in_child(|| {
        become_user(1001);
        let port = ReceiveRight::allocate().unwrap();
        let right = port.make_send().unwrap();
        begin(&roots, right.name());
        std::thread::sleep(Duration::from_secs(4));
        assert_eq!(owner(&meet(port.name(), MAKE).unwrap()), (1001, 1001));
    });
}

/// The fault: libtrivfs lets the thread that took the request wait for the client.
#[test]
fn nobody_waits_for_an_authentication_that_never_comes() {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    for _ in 0..20 {
        client.version().unwrap();
    }
    let before = holdings(pid);
    let ready = Pipe::new();
    let attacker = fork(|| {
        become_user(1001);
        let open = node.open();
        let nevers = nevers();
        for (_, right) in &nevers {
            begin(&open, right.name());
            // This one does not even die with the attacker.
            begin(&open, trap::mach_host_self());
        }
        ready.write();
        std::thread::sleep(Duration::from_secs(60));
    });
    ready.close_writer();
    assert!(ready.read(), "the attacker failed");
    for _ in 0..20 {
        soon("version", || client.version().unwrap());
    }
    // Other users open the node, and get opens for their own ids.
    in_child(|| {
        become_user(1002);
        for _ in 0..5 {
            let open = soon("an open", || node.open());
            let own = soon("an authentication", || reauthenticate(&open));
            assert_eq!(owner(&own), (1002, 1002));
        }
    });
    let during = holdings(pid);
    println!("{before:?} before, {during:?} during");
    // The burst made threads, which end when they were idle for five seconds. The attacker lives.
    let end = Instant::now() + Duration::from_secs(20);
    while holdings(pid).threads >= before.threads + 16 {
        assert!(Instant::now() < end, "threads wait: {:?}", holdings(pid));
        std::thread::sleep(Duration::from_millis(200));
    }
    attacker.kill();
    // What has no end of its own ends after half a minute.
    let end = Instant::now() + Duration::from_secs(60);
    while holdings(pid).names > before.names + 8 {
        assert!(Instant::now() < end, "{:?} are left", holdings(pid));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(node.server(), pid);
}

/// The auth server has one record for a rendezvous: a second request would make it lose the first.
#[test]
fn a_rendezvous_serves_one_request_at_a_time() {
    let node = Node::active(&[]);
    let roots = node.open();
    in_child(|| {
        become_user(1001);
        let port = ReceiveRight::allocate().unwrap();
        let right = port.make_send().unwrap();
        for _ in 0..20 {
            begin(&roots, right.name());
        }
        assert_eq!(owner(&meet(port.name(), MAKE).unwrap()), (1001, 1001));
        // And again when it is free.
        begin(&roots, right.name());
        assert_eq!(owner(&meet(port.name(), MAKE).unwrap()), (1001, 1001));
    });
}

/// Sets a flag, also where the test fails.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A flood of requests by two users takes no open from another, and what the server waits for is
/// bounded. The auth server is one of the test's own: the Hurd's has a thread wait for each request,
/// and dies of many in some runs.
#[test]
fn a_flood_of_authentications_costs_no_other_user_an_open() {
    let auth = Auth::new();
    auth.with_server(|node| {
        let root = node.open();
        let [one, two, other] = [1001, 1002, 1004].map(|user| restricted(&root, &[user], &[user]));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let _end = End(&stop);
            for open in [&one, &two] {
                let stop = &stop;
                scope.spawn(move || {
                    let nevers = nevers();
                    while !stop.load(Ordering::Relaxed) {
                        for (_, right) in &nevers {
                            let message = Message::new(21_014).port(COPY, right.name());
                            let _ = message.send(open.right().name(), None, 100);
                        }
                    }
                });
            }
            let began = Instant::now();
            let mut count = 0;
            // On a busy host it takes longer until it is a flood.
            let goes_on = |time: Duration| {
                let few = auth.unfinished() <= 2 * PENDING;
                time < Duration::from_secs(5) || few && time < Duration::from_secs(60)
            };
            while goes_on(began.elapsed()) {
                let own = auth.authenticate(&other, 1004);
                assert_eq!(own.version(), other.version());
                count += 1;
            }
            let (unfinished, most) = (auth.unfinished(), auth.most());
            println!("{count} authentications beside {unfinished} that never end, {most} at once");
            let time = began.elapsed();
            assert!(
                time < Duration::from_millis(500) * count,
                "{count} in {time:?}"
            );
            assert!(unfinished > 2 * PENDING, "{unfinished} are no flood");
            assert!(most <= PENDING + 64, "{most} at once");
        });
        assert_eq!(owner(&auth.authenticate(&other, 1004)), (1004, 1004));
    });
}
