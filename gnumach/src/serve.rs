// SPDX-License-Identifier: GPL-2.0-or-later
//! The receive loop of a server: what `mach_msg_server` of libc does, for
//! programs with and without libc, and with a hook for idle time.
//!
//! Ownership of what comes in a request, by the return code of the reply
//! (`RetCode`), is the same as in libc's loop:
//!
//! | code | rights and memory in the request |
//! |---|---|
//! | 0 | the routine took over every right |
//! | `MIG_NO_REPLY` | the routine took over everything, the reply right included |
//! | any other | the loop destroys the whole request |
//!
//! Unlike libc's loop this one is made for clients that mean harm:
//!
//! - [`Bounds`] limit the size of a request and the rights in it. The kernel destroys what is
//!   larger, and its sender gets a dead reply; a request with more rights is destroyed here and
//!   refused, before the demultiplexer sees it.
//! - A reply is sent at once or not at all: no client's full queue stops a thread.
//! - Nothing is released that a request did not bring: see [`message`].
//! - Only the end of the port or port set ends the loop, no failed receive of one message.

use core::time::Duration;

use crate::message;

use crate::right::Name;
use crate::sys;
use crate::trap;

/// Bytes of a reply's buffer, and of a request's at most: two pages, as libc's loop has.
pub const MESSAGE_MAX: usize = 8192;

/// What a loop takes from its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of a request, its header included, at most [`MESSAGE_MAX`].
    pub bytes: u32,
    /// Port rights in a request, in its body and out of line, the reply right not counted.
    pub rights: usize,
}

impl Bounds {
    /// For interfaces of MIG's: a stub puts at most 2048 bytes of an array into a request and the
    /// rest out of line, and no routine of the Hurd's that a file or a device answers takes more
    /// than one such array.
    pub const MIG: Self = Self {
        bytes: 2560,
        rights: 64,
    };

    /// For notifications (`mach/notify.defs`), which have a header and one argument.
    pub const NOTIFICATIONS: Self = Self {
        bytes: 256,
        rights: 1,
    };
}

impl Default for Bounds {
    fn default() -> Self {
        Self::MIG
    }
}

/// What a demultiplexer is called with and answers: `true` when it knew the id and
/// filled in the reply.
///
/// A MIG-generated `*_server` function has this shape. Both pointers are aligned,
/// distinct and [`MESSAGE_MAX`] bytes long.
pub type Demux = unsafe fn(request: *mut sys::mach_msg_header_t, reply: *mut Reply) -> bool;

/// The header of every MIG reply: what a demultiplexer fills in at least.
pub type Reply = sys::mig_reply_header_t;

/// Room for a request and a reply, in pages of their own. They go back to the kernel with the
/// thread: a burst of requests makes many threads, and a heap would keep what they had.
struct Buffers(sys::vm_address_t);

impl Buffers {
    const SIZE: sys::vm_size_t = 2 * MESSAGE_MAX as sys::vm_size_t;

    fn new() -> Option<Self> {
        let mut address = 0;
        // SAFETY: new memory at an address that the kernel chooses.
        let code =
            unsafe { trap::vm_allocate(trap::mach_task_self(), &mut address, Self::SIZE, 1) };
        (code == 0).then_some(Self(address))
    }

    /// The two buffers, [`MESSAGE_MAX`] bytes each.
    fn both(&self) -> [*mut u8; 2] {
        let first = core::ptr::with_exposed_provenance_mut::<u8>(self.0);
        [first, first.wrapping_add(MESSAGE_MAX)]
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        // SAFETY: the pages of `new`, which nobody uses any more.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), self.0, Self::SIZE) };
    }
}

/// What [`serve`] does after a message, or after `timeout` without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Receive again, for ever.
    Wait,
    /// Receive again, for at most so long. The kernel counts milliseconds, and rounds up to its
    /// clock's ticks, 10 ms on older ones.
    WaitFor(Duration),
    /// Leave the loop.
    Stop,
}

/// Receives on `port` (a receive right or a port set) within [`Bounds::MIG`], lets `demux` answer,
/// and sends the reply, until `between` says [`Next::Stop`] or the port is gone.
///
/// `between` runs first of all (`false`), after each message (`true`), before its reply is
/// sent, and after each time-out (`false`). The reply and the next receive are one call: the kernel then
/// switches to the client at once.
///
/// # Safety
/// `demux` must uphold the table above and write nothing beyond the reply buffer,
/// as MIG's server functions do.
pub unsafe fn serve(port: Name, demux: Demux, between: impl FnMut(bool) -> Next) {
    // SAFETY: handed through from our caller.
    unsafe { serve_with(port, Bounds::MIG, demux, || (), between) }
}

/// [`serve`] within other bounds, and with `arrived` called between the receipt of a message and
/// its dispatch.
///
/// # Safety
/// As for [`serve`].
pub unsafe fn serve_with(
    port: Name,
    bounds: Bounds,
    demux: Demux,
    mut arrived: impl FnMut(),
    mut between: impl FnMut(bool) -> Next,
) {
    // Not on the stack: server threads may have stacks of 64 KiB. Without memory the thread ends, as
    // one does that cannot be made.
    let Some(buffers) = Buffers::new() else {
        return;
    };
    let [mut request, mut reply] = buffers.both();
    let limit = bounds.bytes.min(MESSAGE_MAX as u32);
    let mut next = between(false);
    // A reply to be sent lies in `request`: a call sends from the buffer it receives into.
    let mut answered = false;
    loop {
        let input = request.cast::<sys::mach_msg_header_t>();
        let (receive, timeout) = match next {
            Next::Stop => {
                if answered {
                    // SAFETY: `input` holds the reply.
                    unsafe { send(input) };
                }
                return;
            }
            Next::Wait => (sys::MACH_RCV_MSG, 0),
            Next::WaitFor(time) => (
                sys::MACH_RCV_MSG | sys::MACH_RCV_TIMEOUT,
                milliseconds(time),
            ),
        };
        let (option, size) = if answered {
            // SAFETY: `input` holds the reply.
            (receive | sys::MACH_SEND_MSG, unsafe { (*input).msgh_size })
        } else {
            (receive, 0)
        };
        let since = message::epoch();
        // SAFETY: the buffer is MESSAGE_MAX bytes and ours; the kernel writes at most `limit`, and
        // sends from it the reply that our caller vouches for.
        let code =
            unsafe { trap::mach_msg(input, option as _, size, limit, port, timeout, 0) } as u32;
        if core::mem::take(&mut answered) && is_send_error(code) {
            // Not sent, nothing received: the client is gone, or its reply right was no good.
            // SAFETY: the reply is still in the buffer, and nobody else's.
            unsafe { trap::mach_msg_destroy(input) };
            continue;
        }
        if code != sys::MACH_RCV_TIMED_OUT as u32 {
            arrived();
        }
        let received = if code == 0 {
            let output = reply.cast::<Reply>();
            // SAFETY: a whole message was received into `request`, both buffers are ours, and
            // our caller vouches for `demux`.
            answered = unsafe { answer(input, output, bounds, demux, since) };
            true
        } else {
            match (code & !(sys::MACH_MSG_MASK as u32)) as i32 {
                sys::MACH_RCV_TIMED_OUT => false,
                // Received, but some rights or memory found no room here: the rest is dropped.
                sys::MACH_RCV_BODY_ERROR => {
                    // SAFETY: the message is in the buffer, and nobody took anything from it.
                    unsafe { message::destroy_since(input, since) };
                    true
                }
                // The port or set is gone, or another set's: there is nothing to serve any more.
                sys::MACH_RCV_INVALID_NAME
                | sys::MACH_RCV_PORT_DIED
                | sys::MACH_RCV_PORT_CHANGED
                | sys::MACH_RCV_IN_SET => return,
                // The kernel destroyed a message that was too large, or whose reply right found
                // no room here, or the call was interrupted: there will be others.
                _ => true,
            }
        };
        {
            // SAFETY: an answer is a whole message of ours that was not sent yet.
            let unsent = answered.then(|| unsafe { Held::new(reply.cast(), None) });
            next = between(received);
            if let Some(unsent) = unsent {
                unsent.keep();
            }
        }
        if answered {
            core::mem::swap(&mut request, &mut reply);
        }
    }
}

/// As `mach_msg` wants it: at least one, since zero does not wait at all.
fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX).max(1)
}

/// Whether `mach_msg` failed in its sending half (`MACH_SEND_*` of `mach/message.h`).
const fn is_send_error(code: u32) -> bool {
    code & 0xffff_c000 == 0x1000_0000
}

/// A message that is destroyed when a panic unwinds past it, so that its sender learns that there
/// will be no answer.
struct Held {
    message: *mut sys::mach_msg_header_t,
    /// [`message::epoch`] before it was received; nothing if it was made here.
    since: Option<u64>,
}

impl Held {
    /// # Safety
    /// `message` is a whole message, received after `since` or, without that, made here; it and what it carries
    /// stay until `keep` or the end of this.
    unsafe fn new(message: *mut sys::mach_msg_header_t, since: Option<u64>) -> Self {
        Self { message, since }
    }

    fn keep(self) {
        core::mem::forget(self);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: the contract of `new`.
        unsafe {
            match self.since {
                None => trap::mach_msg_destroy(self.message),
                Some(since) => message::destroy_since(self.message, since),
            }
        }
    }
}

/// Dispatches one request. `true`: the reply in `output` is left to be sent.
///
/// # Safety
/// As for [`serve`]; `input` holds a received message.
unsafe fn answer(
    input: *mut sys::mach_msg_header_t,
    output: *mut Reply,
    bounds: Bounds,
    demux: Demux,
    since: u64,
) -> bool {
    // SAFETY: our caller's buffers; `input` was filled by the kernel.
    unsafe {
        prepare_reply(input, output);
        if message::rights(input) <= bounds.rights {
            let request = Held::new(input, Some(since));
            demux(input, output);
            request.keep();
        } else {
            (*output).RetCode = sys::MIG_BAD_ARGUMENTS;
        }
        finish(input, output, since)
    }
}

/// Fills in the head of a reply so that an unknown request is answered with `MIG_BAD_ID`.
///
/// # Safety
/// `input` holds a received message and `output` has room for a reply header.
pub unsafe fn prepare_reply(input: *const sys::mach_msg_header_t, output: *mut Reply) {
    // SAFETY: see the contract; plain field accesses of C structures.
    unsafe {
        let head = &raw mut (*output).Head;
        (*head).msgh_bits = (*input).msgh_bits & sys::MACH_MSGH_BITS_REMOTE_MASK;
        (*head).msgh_size = size_of::<Reply>() as _;
        (*head).__bindgen_anon_1.msgh_remote_port = (*input).__bindgen_anon_1.msgh_remote_port;
        (*head).__bindgen_anon_2.msgh_local_port = 0;
        (*head).msgh_seqno = 0;
        (*head).msgh_id = (*input).msgh_id.wrapping_add(100);
        (*output).RetCodeType = sys::mach_msg_type_t::default();
        (*output)
            .RetCodeType
            .set_msgt_name(sys::MACH_MSG_TYPE_INTEGER_32 as _);
        (*output).RetCodeType.set_msgt_size(32);
        (*output).RetCodeType.set_msgt_inline(1);
        (*output).RetCodeType.msgt_number = 1;
        (*output).RetCode = sys::MIG_BAD_ID;
    }
}

/// Destroys what is left of the request. `true`: there is a reply, and sending it cannot
/// block.
///
/// # Safety
/// `input` holds the request that `output` answers.
unsafe fn finish(input: *mut sys::mach_msg_header_t, output: *mut Reply, since: u64) -> bool {
    // SAFETY: see the contract. The reply right in `input` is moved to the reply; where it
    // must not be destroyed with the request it is taken out of it first.
    unsafe {
        let head = &raw mut (*output).Head;
        let complex = (*head).msgh_bits & sys::MACH_MSGH_BITS_COMPLEX != 0;
        if !complex && (*output).RetCode == sys::MIG_NO_REPLY {
            return false;
        }
        if !complex && (*output).RetCode != 0 {
            (*input).__bindgen_anon_1.msgh_remote_port = 0;
            message::destroy_since(input, since);
        }
        if (*head).__bindgen_anon_1.msgh_remote_port == 0 {
            // A simple routine: nobody waits. Out-of-line results, if any, are dropped.
            if complex {
                trap::mach_msg_destroy(head);
            }
            return false;
        }
        if (*head).msgh_bits & sys::MACH_MSGH_BITS_REMOTE_MASK == sys::MACH_MSG_TYPE_MOVE_SEND_ONCE
        {
            return true;
        }
        send(head);
        false
    }
}

/// Sends a reply, or destroys it. A send-once right never blocks; any other reply right may
/// belong to a full queue, and a client's queue is no reason to wait.
///
/// # Safety
/// `head` is a whole message of ours.
unsafe fn send(head: *mut sys::mach_msg_header_t) {
    // SAFETY: see the contract.
    unsafe {
        let option = sys::MACH_SEND_MSG | sys::MACH_SEND_TIMEOUT;
        let code = trap::mach_msg(head, option as _, (*head).msgh_size, 0, 0, 0, 0);
        if code != 0 {
            trap::mach_msg_destroy(head);
        }
    }
}
