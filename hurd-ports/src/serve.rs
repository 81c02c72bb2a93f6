// SPDX-License-Identifier: GPL-2.0-or-later
//! The receive loop: libports's calls around each request, without libports's own loop.
//!
//! That one receives messages of any size onto a small stack, makes threads without a bound, and
//! waits for ever to send a reply. All else it does is done here too: an object is found by the
//! payload or the name of its port; threads have the priority of a server's; a request is announced
//! by `ports_begin_rpc`, so that it can be inhibited and interrupted; and a thread says when it is
//! quiescent, so that ports that were destroyed are freed once nobody can hold a message that points
//! to them.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use gnumach::elastic::Pool;
use gnumach::header;
use gnumach::serve::{Next, Reply};
use gnumach::sys as mach;
use gnumach::trap;
use hurd_sys as sys;

use crate::{Error, priority};

/// Answers a request that came on `port`. The reply says so far that the request is unknown:
/// nothing may touch it that does not know it.
///
/// # Safety
/// As [`gnumach::serve::Demux`]; the payload of the request is `port`, which has a reference and
/// a call announced (`ports_begin_rpc`) for the time of this.
pub type Dispatch =
    unsafe fn(port: *mut sys::port_info, request: *mut mach::mach_msg_header_t, reply: *mut Reply);

/// What the workers serve, for ever.
struct Served {
    bucket: *mut sys::port_bucket,
    dispatch: Dispatch,
}

// SAFETY: the pointer never changes, and libports locks what it points to.
unsafe impl Send for Served {}
// SAFETY: see above.
unsafe impl Sync for Served {}

static SERVED: OnceLock<Served> = OnceLock::new();

/// Of a worker, in bytes. Requests and replies lie on the heap.
const STACK: usize = 128 * 1024;

/// A thread's part in freeing ports that were destroyed: libports counts it from its first receive
/// to its end.
struct Member(sys::ports_thread);

impl Member {
    fn pool() -> Option<*mut sys::ports_threadpool> {
        let bucket = SERVED.get()?.bucket;
        // SAFETY: the bucket lives for ever; libports locks the pool itself.
        Some(unsafe { &raw mut (*bucket).threadpool })
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if let Some(pool) = Self::pool() {
            // SAFETY: this thread came online before.
            unsafe { sys::_ports_thread_offline(pool, &mut self.0) };
        }
    }
}

thread_local! {
    static MEMBER: RefCell<Option<Member>> = const { RefCell::new(None) };
}

/// Tells libports that this thread holds no message now.
fn quiescent() {
    let Some(pool) = Member::pool() else {
        return;
    };
    MEMBER.with_borrow_mut(|member| match member {
        // SAFETY: this thread is online, and between two messages.
        Some(member) => unsafe { sys::_ports_thread_quiescent(pool, &mut member.0) },
        None => {
            priority::raise();
            let mut new = sys::ports_thread::default();
            // SAFETY: this thread is not online yet.
            unsafe { sys::_ports_thread_online(pool, &mut new) };
            *member = Some(Member(new));
        }
    });
}

/// Set when requests may be taken. A library gives the control port away before it stores what an
/// open needs, and an open that fails for that makes the parent forget the translator.
static OPEN: OnceLock<()> = OnceLock::new();

/// Lets the workers take requests, which waited until now.
pub fn open() {
    let _ = OPEN.set(());
}

/// Lets requests come on a port that `ports_create_port_noinstall` made, and gives up the reference
/// that it answered.
///
/// # Safety
/// `port` is such a port, complete, with that reference, which is not used again.
pub unsafe fn install(port: *mut sys::port_info) {
    // SAFETY: see the contract; a bucket lives for ever, and its set with it.
    unsafe {
        let set = (*(*port).bucket).portset;
        mach::mig_k_mach_port_move_member(trap::mach_task_self(), (*port).port_right, set);
        sys::ports_port_deref(port.cast());
    }
}

/// Makes the threads that serve the ports of the bucket, at most `workers`, once [`open`] is
/// called. A program has one bucket.
///
/// # Errors
/// The first thread cannot be made.
///
/// # Safety
/// `bucket` is one of libports's, which never frees any, and the ports in it stay libports's.
pub unsafe fn start(
    bucket: *mut sys::port_bucket,
    workers: usize,
    dispatch: Dispatch,
) -> std::io::Result<()> {
    // SAFETY: the bucket lives for ever, and its set with it.
    let set = unsafe { (*bucket).portset };
    if SERVED.set(Served { bucket, dispatch }).is_err() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let pool: &'static Pool = Box::leak(Box::new(Pool::new(set, demultiplex, workers)));
    let spawn = |work| {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn(work)
            .map(drop)
    };
    pool.start(spawn, |_| {
        OPEN.wait();
        quiescent();
        Next::Wait
    })
}

/// Dispatches one request, as libports's loop does.
///
/// # Safety
/// As [`gnumach::serve::Demux`].
unsafe fn demultiplex(request: *mut mach::mach_msg_header_t, reply: *mut Reply) -> bool {
    let Some(served) = SERVED.get() else {
        return false;
    };
    // SAFETY: the loop's request, and room for its reply; `find` answers a port of the bucket with
    // a reference that ends below, after its use.
    unsafe {
        let Some(port) = find(served.bucket, request) else {
            (*reply).RetCode = Error::EOPNOTSUPP.code();
            return true;
        };
        let mut rpc = sys::rpc_info::default();
        let error = sys::ports_begin_rpc(port.cast(), (*request).msgh_id, &mut rpc);
        if error == 0 {
            // An interrupt_operation may be meant for this request and have overtaken it.
            let threshold = AtomicU32::from_ptr(&raw mut (*port).cancel_threshold);
            if (*request).msgh_seqno < threshold.load(Ordering::SeqCst) {
                sys::hurd_thread_cancel(rpc.thread);
            }
            (served.dispatch)(port, request, reply);
            sys::ports_end_rpc(port.cast(), &mut rpc);
        } else {
            (*reply).RetCode = error;
        }
        sys::ports_port_deref(port.cast());
    }
    true
}

/// The port that the request came on, with a reference. Its payload is put into the request, where
/// the stubs look for it.
///
/// # Safety
/// `request` is a received message.
unsafe fn find(
    bucket: *mut sys::port_bucket,
    request: *mut mach::mach_msg_header_t,
) -> Option<*mut sys::port_info> {
    // SAFETY: see the contract. The kernel has a payload from libports: a port's address, which
    // is not freed before this thread is quiescent.
    unsafe {
        let bits = (*request).msgh_bits;
        let there = &raw mut (*request).__bindgen_anon_2;
        let none = std::ptr::null_mut();
        let port = if let Some(payload) = header::payload(&*request) {
            sys::hurd_sys_ports_lookup_payload(bucket, payload as _, none)
        } else {
            let port = sys::ports_lookup_port(bucket, (*there).msgh_local_port, none);
            if !port.is_null() {
                (*request).msgh_bits = (bits & !mach::MACH_MSGH_BITS_LOCAL_MASK)
                    | (mach::MACH_MSG_TYPE_PROTECTED_PAYLOAD << 8);
                (*there).msgh_protected_payload = port.addr() as _;
            }
            port
        };
        (!port.is_null()).then_some(port.cast())
    }
}
