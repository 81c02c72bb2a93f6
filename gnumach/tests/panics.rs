// SPDX-License-Identifier: GPL-2.0-or-later
//! A panic in a request costs that request, in a program without Mach: messages come from a queue
//! of the test's.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use gnumach::elastic::Pool;
use gnumach::serve::{Next, Reply};
use gnumach::sys::*;

const PORT: mach_port_t = 0x11;
/// A request that the demultiplexer answers, and two that end in a panic.
const FINE: i32 = 1;
const PANICS: i32 = 2;
const PANICS_LATER: i32 = 3;

/// Of the pool.
const THREADS: usize = 3;

#[derive(Default)]
struct Queue {
    requests: VecDeque<(i32, mach_port_t)>,
    /// Reply rights that were used, with the code, and those that were released.
    answered: Vec<(mach_port_t, i32)>,
    released: Vec<mach_port_t>,
}

static QUEUE: Mutex<Option<Queue>> = Mutex::new(None);
static CHANGED: Condvar = Condvar::new();

fn queue<R>(change: impl FnOnce(&mut Queue) -> R) -> R {
    let result = change(QUEUE.lock().unwrap().get_or_insert_default());
    CHANGED.notify_all();
    result
}

/// # Safety
/// As [`gnumach::serve::Demux`].
unsafe fn demux(request: *mut mach_msg_header_t, reply: *mut Reply) -> bool {
    // SAFETY: both messages are the loop's.
    unsafe {
        (*reply).RetCode = 0;
        LAST.set((*request).msgh_id);
        assert_ne!((*request).msgh_id, PANICS, "the request is bad");
    }
    true
}

thread_local! {
    static LAST: std::cell::Cell<i32> = const { std::cell::Cell::new(0) };
}

#[test]
fn panic_costs_the_request_and_no_thread() {
    std::panic::set_hook(Box::new(|_| ()));
    let pool: &'static Pool = Box::leak(Box::new(Pool::new(PORT, demux, THREADS)));
    let spawn = |work| thread::Builder::new().spawn(work).map(drop);
    let between = |received: bool| {
        assert!(!received || LAST.get() != PANICS_LATER, "the look after it");
        Next::Wait
    };
    pool.start(spawn, between).unwrap();
    // More bad ones than the pool may have threads.
    for n in 0..30 {
        let reply = 0x1000 + n;
        let id = [PANICS, FINE, PANICS_LATER][n as usize % 3];
        queue(|queue| queue.requests.push_back((id, reply)));
        let end = Instant::now() + Duration::from_secs(20);
        let done = |queue: &mut Queue| {
            queue.answered.contains(&(reply, 0)) || queue.released.contains(&reply)
        };
        while !queue(done) {
            assert!(Instant::now() < end, "request {n} ({id}) was forgotten");
            thread::sleep(Duration::from_millis(1));
        }
        // The good ones are answered; who sent a bad one learns that there is no answer.
        assert_eq!(
            queue(|queue| queue.answered.contains(&(reply, 0))),
            id == FINE
        );
    }
    // The buffers of threads that ended are given back.
    let end = Instant::now() + Duration::from_secs(20);
    while REGIONS.load(Ordering::Relaxed) > THREADS {
        assert!(Instant::now() < end, "{REGIONS:?} regions are left");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Sends a reply into the log, and receives from the queue.
///
/// # Safety
/// `message` has room for a header, or is a reply.
#[unsafe(no_mangle)]
unsafe extern "C" fn mach_msg(
    message: *mut mach_msg_header_t,
    option: mach_msg_option_t,
    _: mach_msg_size_t,
    _: mach_msg_size_t,
    _: mach_port_t,
    _: mach_msg_timeout_t,
    _: mach_port_t,
) -> mach_msg_return_t {
    let option = option as u32;
    let mut queue = QUEUE.lock().unwrap();
    let this = queue.get_or_insert_default();
    // SAFETY: see the contract.
    unsafe {
        if option & MACH_SEND_MSG as u32 != 0 {
            let code = (*message.cast::<Reply>()).RetCode;
            let reply = (*message).__bindgen_anon_1.msgh_remote_port;
            this.answered.push((reply, code));
        }
        if option & MACH_RCV_MSG as u32 == 0 {
            return 0;
        }
        loop {
            if let Some((id, reply)) = queue.get_or_insert_default().requests.pop_front() {
                let mut head = mach_msg_header_t {
                    msgh_bits: MACH_MSG_TYPE_PORT_SEND_ONCE,
                    msgh_size: size_of::<mach_msg_header_t>() as u32,
                    msgh_id: id,
                    ..Default::default()
                };
                head.__bindgen_anon_1.msgh_remote_port = reply;
                *message = head;
                return 0;
            }
            queue = CHANGED.wait(queue).unwrap();
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn mach_port_deallocate(_: mach_port_t, name: mach_port_t) -> kern_return_t {
    queue(|queue| queue.released.push(name));
    0
}

/// # Safety
/// `message` is a reply that was not sent.
#[unsafe(no_mangle)]
unsafe extern "C" fn mach_msg_destroy(message: *mut mach_msg_header_t) {
    // SAFETY: see the contract.
    let reply = unsafe { (*message).__bindgen_anon_1.msgh_remote_port };
    queue(|queue| queue.released.push(reply));
}

#[unsafe(no_mangle)]
extern "C" fn mach_task_self() -> mach_port_t {
    1
}

/// Regions that threads have now.
static REGIONS: AtomicUsize = AtomicUsize::new(0);

/// # Safety
/// `address` is a valid out-pointer, and `size` is not 0.
#[unsafe(no_mangle)]
unsafe extern "C" fn vm_allocate(
    _: mach_port_t,
    address: *mut vm_address_t,
    size: vm_size_t,
    _: boolean_t,
) -> kern_return_t {
    REGIONS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: see the contract.
    unsafe { *address = alloc_zeroed(pages(size)).expose_provenance() };
    0
}

/// # Safety
/// A region of `vm_allocate`, which nobody uses any more.
#[unsafe(no_mangle)]
unsafe extern "C" fn vm_deallocate(
    _: mach_port_t,
    address: vm_address_t,
    size: vm_size_t,
) -> kern_return_t {
    REGIONS.fetch_sub(1, Ordering::Relaxed);
    // SAFETY: see the contract.
    unsafe { dealloc(std::ptr::with_exposed_provenance_mut(address), pages(size)) };
    0
}

fn pages(size: vm_size_t) -> Layout {
    Layout::from_size_align(size, 4096).unwrap()
}

#[unsafe(no_mangle)]
extern "C" fn mig_get_reply_port() -> mach_port_t {
    0
}

#[unsafe(no_mangle)]
extern "C" fn mig_put_reply_port(_: mach_port_t) {}

#[unsafe(no_mangle)]
extern "C" fn mig_dealloc_reply_port(_: mach_port_t) {}
