// SPDX-License-Identifier: GPL-2.0-or-later
//! The receive loop: libports's calls around each request, without libports's own loop.
//!
//! That one receives messages of any size onto a small stack, makes threads without a bound, and
//! waits for ever to send a reply. All else it does is done here too: an object is found by the
//! payload or the name of its port; a request is announced by `ports_begin_rpc`, so that it can
//! be inhibited and interrupted; and a thread says when it is quiescent, so that ports that were
//! destroyed are freed once nobody can hold a message that points to them.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use gnumach::elastic::Pool;
use gnumach::serve::{Next, Reply};
use gnumach::sys as mach;
use hurd_sys as sys;

use crate::Error;

/// Of a thread, in bytes. Requests and replies lie on the heap.
const STACK: usize = 128 * 1024;

/// Threads at most. One that reads or writes memory that does not answer stands still.
const WORKERS: usize = 128;

/// A thread's part in freeing ports that were destroyed: libports counts it from its first receive
/// to its end.
struct Member(sys::ports_thread);

fn bucket() -> *mut sys::port_bucket {
    // SAFETY: `netfs_init` set it before the first thread was made.
    unsafe { sys::netfs_port_bucket }
}

fn threadpool() -> *mut sys::ports_threadpool {
    // SAFETY: the bucket lives for ever; libports locks the pool itself.
    unsafe { &raw mut (*bucket()).threadpool }
}

impl Drop for Member {
    fn drop(&mut self) {
        // SAFETY: this thread came online before.
        unsafe { sys::_ports_thread_offline(threadpool(), &mut self.0) };
    }
}

thread_local! {
    static MEMBER: RefCell<Option<Member>> = const { RefCell::new(None) };
}

/// Tells libports that this thread holds no message now.
fn quiescent() {
    MEMBER.with_borrow_mut(|member| match member {
        // SAFETY: this thread is online, and between two messages.
        Some(member) => unsafe { sys::_ports_thread_quiescent(threadpool(), &mut member.0) },
        None => {
            let mut new = sys::ports_thread::default();
            // SAFETY: this thread is not online yet.
            unsafe { sys::_ports_thread_online(threadpool(), &mut new) };
            *member = Some(Member(new));
        }
    });
}

/// Serves the ports of libnetfs's bucket.
///
/// # Errors
/// The first thread cannot be made.
pub fn start() -> std::io::Result<()> {
    // SAFETY: the bucket lives for ever, and its set with it.
    let set = unsafe { (*bucket()).portset };
    let pool: &'static Pool = Box::leak(Box::new(Pool::new(set, demultiplex, WORKERS)));
    let spawn = |work| {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn(work)
            .map(drop)
    };
    pool.start(spawn, |_| {
        quiescent();
        Next::Wait
    })
}

/// Dispatches one request, as libports's loop does.
///
/// # Safety
/// As [`gnumach::serve::Demux`].
unsafe fn demultiplex(request: *mut mach::mach_msg_header_t, reply: *mut Reply) -> bool {
    // SAFETY: the loop's request, and room for its reply; `find` answers a port of the bucket with
    // a reference that ends below, after its use.
    unsafe {
        let Some(port) = find(request) else {
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
            sys::netfs_demuxer(request.cast(), reply.cast());
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
unsafe fn find(request: *mut mach::mach_msg_header_t) -> Option<*mut sys::port_info> {
    // SAFETY: see the contract. The kernel has a payload from libports: a port's address, which
    // is not freed before this thread is quiescent.
    unsafe {
        let bits = (*request).msgh_bits;
        let local = (bits & mach::MACH_MSGH_BITS_LOCAL_MASK) >> 8;
        let there = &raw mut (*request).__bindgen_anon_2;
        let none = std::ptr::null_mut();
        let port = if local == mach::MACH_MSG_TYPE_PROTECTED_PAYLOAD {
            let payload = (*there).msgh_protected_payload;
            sys::hurd_sys_ports_lookup_payload(bucket(), payload as _, none)
        } else {
            let port = sys::ports_lookup_port(bucket(), (*there).msgh_local_port, none);
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
