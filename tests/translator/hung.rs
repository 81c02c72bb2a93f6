// SPDX-License-Identifier: GPL-2.0-or-later
//! Tasks that keep their own map locked, so that no call on it returns; and calls that are
//! interrupted, or lose their port, while they wait for such a task.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use gnumach::right::{NULL, ReceiveRight, SendRight};
use gnumach::{sys, trap};

use super::client::{CREATE, Client, RDONLY, Task, VERSION};
use super::message::{Message, receive, receive_words};
use super::node::{Node, lookup, run, wait_until};
use super::process::{Child, Pipe, alive, become_user, fork, holdings};

const PAGE: u64 = 4096;

/// Milliseconds that the kernel may take on a busy host.
const SOON: u32 = 20_000;

/// What others' calls may take.
const SECOND: Duration = Duration::from_secs(1);

/// What a call that asks about a hung task may take.
const TWO_SECONDS: Duration = Duration::from_secs(2);

/// A task that attached a segment, wires a page whose pager does not answer, and has a thread that
/// waits to change its map. The pager is ours: were its port to die, the fault would fail, and this
/// kernel panics.
struct Hung {
    pager: ReceiveRight,
    control: SendRight,
    threads: Vec<JoinHandle<()>>,
    task: Arc<Task>,
    _token: SendRight,
}

impl Hung {
    fn new(client: &Client, id: i32) -> Self {
        let task = Arc::new(Task::create());
        let token = client.attach_to(task.name(), id, RDONLY, 0).unwrap().token;
        let pager = ReceiveRight::allocate().unwrap();
        let right = pager.make_send().unwrap();
        let mut address = 0;
        // SAFETY: maps into a task without threads.
        let code = unsafe {
            trap::vm_map(
                task.name(),
                &mut address,
                PAGE as _,
                0,
                1,
                right.name(),
                0,
                0,
                3,
                3,
                0,
            )
        };
        assert_eq!(code, 0);
        let victim = Arc::clone(&task);
        let wire = spawn(move || {
            // SAFETY: touches the memory of that task only.
            unsafe {
                sys::mig_k_vm_wire(trap::mach_host_self(), victim.name(), address, PAGE as _, 1)
            };
        });
        // The kernel has told the pager of the object; from then on it waits for an answer.
        let init = receive_words(&pager, SOON).unwrap();
        // SAFETY: the right came with that message, and is ours.
        let control = unsafe { SendRight::from_raw(init[5] as u32) };
        thread::sleep(Duration::from_millis(10));
        let victim = Arc::clone(&task);
        let write = spawn(move || {
            let mut address = 0;
            // SAFETY: as above.
            unsafe { trap::vm_allocate(victim.name(), &mut address, PAGE as _, 1) };
        });
        Self {
            pager,
            control,
            threads: vec![wire, write],
            task,
            _token: token,
        }
    }

    /// Sends a request that concerns this task. Its answer does not come before the task is let go.
    fn attach(&self, client: &Client, id: i32, reply: &ReceiveRight) {
        let message = Message::new(42_002)
            .port(sys::MACH_MSG_TYPE_COPY_SEND, self.task.name())
            .int32(id as u32)
            .int32(RDONLY)
            .int64(0);
        let door = Some((reply.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
        message.send(client.right().name(), door, SOON).unwrap();
    }
}

impl Drop for Hung {
    /// Lets the fault have a page of zeros.
    fn drop(&mut self) {
        let control = self.control.name();
        // SAFETY: both send messages to the kernel, about an object of ours.
        unsafe { sys::mig_k_memory_object_ready(control, 0, sys::MEMORY_OBJECT_COPY_DELAY as _) };
        if let Ok(request) = receive_words(&self.pager, SOON) {
            // SAFETY: as above; the words are offset and length.
            unsafe {
                sys::mig_k_memory_object_data_unavailable(control, request[7] as _, request[9] as _)
            };
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let builder = thread::Builder::new().stack_size(64 << 10);
    builder.spawn(work).unwrap()
}

/// User 1001 with so many hung tasks, until it is let go.
struct Attacker {
    child: Option<Child>,
    go: Pipe,
}

impl Attacker {
    /// The tasks attach `id`; `calls` says whether the user also makes a call that concerns each.
    fn new(node: &Node, id: i32, count: usize, calls: bool) -> Self {
        let (ready, go) = (Pipe::new(), Pipe::new());
        let child = fork(|| {
            go.close_writer();
            become_user(1001);
            let client = node.open();
            let replies = ReceiveRight::allocate().unwrap();
            let hung: Vec<Hung> = (0..count).map(|_| Hung::new(&client, id)).collect();
            // Only then: a user with many calls that hang gets no other.
            for one in hung.iter().filter(|_| calls) {
                one.attach(&client, id, &replies);
            }
            ready.write();
            // Until the parent closes its end.
            go.read();
        });
        ready.close_writer();
        assert!(ready.read(), "the attacker failed");
        Self {
            child: Some(child),
            go,
        }
    }

    /// Lets the tasks go, and waits until the user is gone.
    fn end(mut self) {
        self.go.close_writer();
        if let Some(child) = self.child.take() {
            assert_eq!(child.wait(), 0, "the attacker failed");
        }
    }
}

impl Drop for Attacker {
    fn drop(&mut self) {
        if let Some(child) = self.child.take() {
            self.go.close_writer();
            child.wait();
        }
    }
}

fn within<T>(what: &str, bound: Duration, call: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let answer = call();
    let took = began.elapsed();
    assert!(took < bound, "{what} took {took:?}");
    answer
}

/// review.md 6, 7, 28: one hung task once stopped the server for everybody.
fn others_are_served(count: usize) {
    let node = Node::active(&[]);
    let client = node.open();
    let pid = node.server();
    let id = client.get(0, PAGE, CREATE | 0o644).unwrap();
    let attacker = Attacker::new(&node, id, count, true);
    for _ in 0..3 {
        // A call that hangs may be counted or not; a record that is not known to be gone is.
        let stat = within("stat of the segment", TWO_SECONDS, || client.stat(id));
        assert!(stat.unwrap().nattch >= count as u64);
        within("version", SECOND, || client.version()).unwrap();
        within("info", SECOND, || client.info()).unwrap();
        let table = within("cat", TWO_SECONDS, || node.cat());
        assert_eq!(table.lines().count(), 2);
        let other = fork(|| {
            become_user(1002);
            let client = within("an open", SECOND, || node.open());
            let own = within("get", SECOND, || client.get(0, PAGE, CREATE | 0o600)).unwrap();
            let attached = within("attach", SECOND, || client.attach(own, 0, 0)).unwrap();
            within("stat", SECOND, || client.stat(own)).unwrap();
            within("detach", SECOND, || client.detach(attached.address)).unwrap();
            within("remove", SECOND, || client.remove(own)).unwrap();
        });
        assert_eq!(other.wait(), 0, "another user was not served");
    }
    within("remove", TWO_SECONDS, || client.remove(id)).unwrap();
    attacker.end();
    assert_eq!(node.server(), pid);
    wait_until("the segment goes when its last task does", || {
        client.list().is_ok_and(|list| list.is_empty())
    });
}

#[test]
fn a_hung_task_holds_up_nobody() {
    others_are_served(1);
}

#[test]
fn thirty_three_hung_tasks_hold_up_nobody() {
    others_are_served(33);
}

#[test]
fn seventy_hung_tasks_hold_up_nobody() {
    others_are_served(70);
}

/// review.md 26: force means force.
#[test]
fn force_goes_within_a_second_whatever_clients_do() {
    // A command costs what it costs to start one on this machine.
    let idle = {
        let node = Node::active(&[]);
        let began = Instant::now();
        assert_eq!(run("settrans", &["-fg", node.path()]).status, 0);
        began.elapsed()
    };
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, PAGE, CREATE | 0o644).unwrap();
    let attacker = Attacker::new(&node, id, 70, true);
    // Askers wait, too, and a reader.
    let replies = ReceiveRight::allocate().unwrap();
    let door = Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
    for _ in 0..20 {
        let stat = Message::new(42_004).int32(id as u32).int32(0);
        stat.send(client.right().name(), door, SOON).unwrap();
    }
    let reader = fork(|| {
        let _ = std::fs::read_to_string(node.as_path());
    });
    let began = Instant::now();
    let gone = run("settrans", &["-fg", node.path()]);
    let took = began.elapsed();
    println!("settrans -fg took {took:?}, and {idle:?} where nobody was");
    assert_eq!(gone.status, 0, "{gone:?}");
    assert!(took < SECOND.max(2 * idle), "{took:?}");
    // Whoever waits learns it, and the node is as if it had no translator.
    assert!(client.version().is_err());
    within("a lookup", SECOND, || lookup(node.path(), 0)).unwrap();
    reader.wait();
    assert!(node.open().version().is_err());
    // A server at once, beside what is left of the old one.
    run("settrans", &["-a", node.path(), &super::node::program()]);
    assert_eq!(node.open().version(), Ok(VERSION));
    attacker.end();
    wait_until("the old process ends", || !alive(pid));
}

/// A server with a segment that a hung task has attached: a call about it takes a while.
fn while_a_call_waits(act: impl Fn(&Node, &Client, i32)) {
    let node = Node::active(&[]);
    let pid = node.server();
    let client = node.open();
    let id = client.get(0, PAGE, CREATE | 0o666).unwrap();
    let attacker = Attacker::new(&node, id, 1, false);
    act(&node, &client, id);
    let before = holdings(pid).names;
    for _ in 0..5 {
        act(&node, &client, id);
    }
    attacker.end();
    client.remove(id).unwrap();
    assert_eq!(node.server(), pid);
    assert_eq!(client.version(), Ok(VERSION));
    wait_until("the server gives back what it got", || {
        holdings(pid).names <= before + 4
    });
}

#[test]
fn an_interrupted_call_is_answered_and_leaves_nothing() {
    while_a_call_waits(|_, client, id| {
        let replies = ReceiveRight::allocate().unwrap();
        let door = Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
        let stat = Message::new(42_004).int32(id as u32).int32(0);
        let began = Instant::now();
        stat.send(client.right().name(), door, SOON).unwrap();
        // interrupt_operation, several times, as a signal thread sends it.
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(50));
            let interrupted = Message::new(33_000).call(client.right().name(), SOON);
            assert_eq!(interrupted.unwrap().code, 0);
        }
        let answer = receive(&replies, SOON).unwrap();
        assert!(began.elapsed() < TWO_SECONDS, "{:?}", began.elapsed());
        // Nothing was done by halves: the answer is right, or it says that nothing was done.
        assert!(
            [0, libc::EINTR].contains(&answer.code),
            "{:#x}",
            answer.code
        );
        assert!(client.stat(id).unwrap().nattch >= 1);
    });
}

#[test]
fn a_call_whose_port_nobody_has_any_more_leaves_nothing() {
    while_a_call_waits(|node, _, id| {
        let replies = ReceiveRight::allocate().unwrap();
        let door = Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE));
        let stat = Message::new(42_004).int32(id as u32).int32(0);
        let client = node.open();
        stat.send(client.right().name(), door, SOON).unwrap();
        thread::sleep(Duration::from_millis(50));
        // The last right to the open goes while the call is under way.
        drop(client);
        let answer = receive(&replies, SOON).unwrap();
        assert!(
            [0, libc::EINTR].contains(&answer.code),
            "{:#x}",
            answer.code
        );
        // Nor does anybody wait for this one's answer.
        let client = node.open();
        let stat = Message::new(42_004).int32(id as u32).int32(0);
        stat.send(client.right().name(), None, SOON).unwrap();
        assert_ne!(client.right().name(), NULL);
    });
}
