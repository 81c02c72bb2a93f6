// SPDX-License-Identifier: GPL-2.0-or-later
//! An auth server of the test's own, for one server under test: it answers the authentications that
//! the test tells it to, and no other. The Hurd's own dies of many that are never finished.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gnumach::right::{NULL, Name, PortSet, ReceiveRight, SendRight};
use gnumach::{sys as mach, trap};
use hurd_sys as sys;

use super::client::Client;
use super::message::{Message, descriptor};
use super::node::Node;
use super::process::fork;

/// Routines of auth.defs.
const GETIDS: i32 = 25_000;
const MAKEAUTH: i32 = 25_001;
const SERVER_AUTHENTICATE: i32 = 25_003;

/// Words of a header.
const HEADER: usize = 4;

/// How often unfinished requests are counted: one in so many.
const COUNTED: usize = 32;

/// Whom a rendezvous is for, and the new open when it is there.
struct Meeting {
    user: u32,
    open: Option<SendRight>,
}

/// What stands for ids: a port. A server has one for each request that is under way.
struct Handle {
    port: ReceiveRight,
    /// A request that is not answered. Its rights stay in it.
    unfinished: Option<Vec<u64>>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(mut request) = self.unfinished.take() {
            // SAFETY: a message as it was received, from which nothing was taken.
            unsafe { trap::mach_msg_destroy(request.as_mut_ptr().cast()) };
        }
    }
}

/// The auth server. [`run`](Self::run) is its thread.
pub struct Auth {
    set: PortSet,
    /// For root's ids.
    root: ReceiveRight,
    meetings: Mutex<BTreeMap<Name, Meeting>>,
    ended: AtomicBool,
    unfinished: AtomicUsize,
    most: AtomicUsize,
}

impl Auth {
    pub fn new() -> Self {
        let set = PortSet::allocate().unwrap();
        let root = ReceiveRight::allocate().unwrap();
        root.move_to(&set).unwrap();
        Self {
            set,
            root,
            meetings: Mutex::default(),
            ended: AtomicBool::new(false),
            unfinished: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        }
    }

    /// Runs `body` while this serves, with a translator on a node that knows no other auth server.
    pub fn with_server(&self, body: impl FnOnce(&Node)) {
        let node = Node::unset();
        // In a forked child a name of a receive right is that of a new port. The kernel hands the
        // bootstrap port on.
        let right = self.root.make_send().unwrap();
        let own = bootstrap();
        set_bootstrap(&right);
        // Before there is a thread beside this one.
        let starter = fork(|| {
            // SAFETY: a cell of libc's, which takes the right over.
            unsafe {
                let cell = sys::_hurd_ports.add(sys::INIT_PORT_AUTH as usize);
                sys::_hurd_port_set(cell, bootstrap().into_raw());
            }
            set_bootstrap(&own);
            node.settrans("-ca", &[]);
        });
        set_bootstrap(&own);
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| self.run());
            let ended = Ended(self);
            assert_eq!(starter.wait(), 0, "no server");
            body(&node);
            drop(ended);
            thread.join().unwrap();
        });
    }

    /// Requests of the server's that were never answered.
    pub fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Relaxed)
    }

    /// How many of these the server waited for at once, of what was counted.
    pub fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// An open with the ids of `user`, as io_reauthenticate gives it to who comes to the rendezvous.
    pub fn authenticate(&self, open: &Client, user: u32) -> Client {
        let port = ReceiveRight::allocate().unwrap();
        let right = port.make_send().unwrap();
        let meeting = Meeting { user, open: None };
        self.meetings.lock().unwrap().insert(port.name(), meeting);
        begin(open, right.name());
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let mut meetings = self.meetings.lock().unwrap();
            if let Some(open) = meetings.get_mut(&port.name()).unwrap().open.take() {
                meetings.remove(&port.name());
                return Client::new(open);
            }
            drop(meetings);
            assert!(Instant::now() < end, "the server never asked");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn run(&self) {
        let mut handles = BTreeMap::new();
        while !self.ended.load(Ordering::Relaxed) {
            if let Some(request) = self.receive() {
                self.answer(request, &mut handles);
            }
        }
    }

    fn receive(&self) -> Option<Vec<u64>> {
        let mut words = vec![0_u64; 256];
        // SAFETY: the buffer is as large as said.
        let code = unsafe {
            trap::mach_msg(
                words.as_mut_ptr().cast(),
                (mach::MACH_RCV_MSG | mach::MACH_RCV_TIMEOUT) as _,
                0,
                (words.len() * 8) as u32,
                self.set.name(),
                100,
                NULL,
            )
        };
        (code == 0).then_some(words)
    }

    fn answer(&self, mut request: Vec<u64>, handles: &mut BTreeMap<Name, Handle>) {
        // SAFETY: the buffer begins with the header of a received message.
        let head = unsafe { *request.as_ptr().cast::<mach::mach_msg_header_t>() };
        // SAFETY: none of these ports has a payload.
        let handle = unsafe { head.__bindgen_anon_2.msgh_local_port };
        match head.msgh_id {
            GETIDS => reply(&head, 0, None),
            MAKEAUTH => {
                let port = ReceiveRight::allocate().unwrap();
                port.move_to(&self.set).unwrap();
                reply(&head, 0, Some(port.name()));
                let new = Handle {
                    port,
                    unfinished: None,
                };
                handles.insert(new.port.name(), new);
            }
            SERVER_AUTHENTICATE => {
                let (rendezvous, port) = (request[HEADER + 1] as Name, request[HEADER + 3] as Name);
                let mut meetings = self.meetings.lock().unwrap();
                if let Some(meeting) = meetings.get_mut(&rendezvous) {
                    // SAFETY: the right came with the request, out of which it is taken.
                    meeting.open = Some(unsafe { SendRight::from_raw(port) });
                    request[HEADER + 3] = NULL.into();
                    reply(&head, meeting.user, None);
                } else if let Some(handle) = handles.get_mut(&handle) {
                    handle.unfinished = Some(request);
                    let all = self.unfinished.fetch_add(1, Ordering::Relaxed);
                    if all.is_multiple_of(COUNTED) {
                        // What the server gave up it has no right to any more.
                        handles.retain(|_, handle| {
                            handle.port.status().is_ok_and(|status| status.has_senders)
                        });
                        let waiting = handles.values().filter(|it| it.unfinished.is_some());
                        self.most.fetch_max(waiting.count(), Ordering::Relaxed);
                    }
                    return;
                }
            }
            id => println!("{id} is no request that the auth server of the test knows"),
        }
        // SAFETY: a message as it was received, but for the reply right, which was used up.
        unsafe {
            (*request.as_mut_ptr().cast::<mach::mach_msg_header_t>())
                .__bindgen_anon_1
                .msgh_remote_port = NULL;
            trap::mach_msg_destroy(request.as_mut_ptr().cast());
        }
    }
}

unsafe extern "C" {
    fn task_set_special_port(task: Name, which: c_int, port: Name) -> mach::kern_return_t;
}

/// This task's bootstrap port, which the tasks that it makes begin with.
fn bootstrap() -> SendRight {
    let mut port = NULL;
    // SAFETY: a valid out-pointer; the reference is ours.
    unsafe {
        let which = sys::TASK_BOOTSTRAP_PORT as _;
        let code = sys::task_get_special_port(trap::mach_task_self(), which, &mut port);
        assert_eq!(code, 0);
        SendRight::from_raw(port)
    }
}

/// Sets it; the right stays the caller's.
fn set_bootstrap(port: &SendRight) {
    let which = sys::TASK_BOOTSTRAP_PORT as _;
    // SAFETY: nothing of this program's asks for its bootstrap port but the child in `with_server`.
    let code = unsafe { task_set_special_port(trap::mach_task_self(), which, port.name()) };
    assert_eq!(code, 0);
}

/// Ends the thread, also where the test fails.
struct Ended<'a>(&'a Auth);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.ended.store(true, Ordering::Relaxed);
    }
}

/// A descriptor of one item, and the item.
fn item(kind: u32, bits: u32, value: u32) -> [u64; 2] {
    [descriptor(kind, bits, 1, true), value.into()]
}

/// `msgt_longform` of a descriptor: the mark of an array of any length.
const LONG: u64 = 1 << 30;

/// Sends a reply of success: four lists of one id, or a right to `port`.
fn reply(request: &mach::mach_msg_header_t, user: u32, port: Option<Name>) {
    let number = |value| item(mach::MACH_MSG_TYPE_INTEGER_32, 32, value);
    let mut words = vec![0_u64; HEADER];
    words.extend(number(0));
    match port {
        Some(port) => words.extend(item(mach::MACH_MSG_TYPE_MAKE_SEND, 64, port)),
        None => {
            let [kind, user] = number(user);
            words.extend([[kind | LONG, user]; 4].concat());
        }
    }
    let size = (8 * words.len()) as u32;
    let mut header = mach::mach_msg_header_t {
        msgh_bits: mach::MACH_MSG_TYPE_MOVE_SEND_ONCE,
        msgh_size: size,
        msgh_id: request.msgh_id + 100,
        ..Default::default()
    };
    if port.is_some() {
        header.msgh_bits |= mach::MACH_MSGH_BITS_COMPLEX;
    }
    // SAFETY: the reply right of the request, which is used up here; the buffer begins with room for
    // a header and is as long as that says.
    unsafe {
        header.__bindgen_anon_1.msgh_remote_port = request.__bindgen_anon_1.msgh_remote_port;
        let head = words.as_mut_ptr().cast::<mach::mach_msg_header_t>();
        head.write(header);
        if trap::mach_msg(head, mach::MACH_SEND_MSG as _, size, 0, NULL, 0, NULL) != 0 {
            trap::mach_msg_destroy(head);
        }
    }
}

/// Sends the request io_reauthenticate, which has no answer.
pub fn begin(open: &Client, rendezvous: Name) {
    let message = Message::new(21_014).port(mach::MACH_MSG_TYPE_COPY_SEND, rendezvous);
    message.send(open.right().name(), None, 20_000).unwrap();
}
