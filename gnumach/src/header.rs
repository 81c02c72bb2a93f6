// SPDX-License-Identifier: GPL-2.0-or-later
//! Headers of messages, and messages that are a header and no more: their id is all they say.

use crate::error::{Kern, check};
use crate::right::Name;
use crate::{sys, trap};

/// Sends a header with this id to `port`, without waiting. `disposition` says what the message
/// takes: `MACH_MSG_TYPE_COPY_SEND` and `MACH_MSG_TYPE_MAKE_SEND_ONCE` leave the caller's right,
/// `MACH_MSG_TYPE_MOVE_SEND_ONCE` takes it on success.
///
/// # Errors
/// `MACH_SEND_TIMED_OUT`: the port's queue is full, which never happens to send-once rights;
/// `MACH_SEND_INVALID_DEST`: `port` is dead, or no such right.
pub fn send(port: Name, disposition: u32, id: sys::mach_msg_id_t) -> Result<(), Kern> {
    let mut head = sys::mach_msg_header_t {
        msgh_bits: disposition,
        msgh_size: size_of::<sys::mach_msg_header_t>() as _,
        msgh_id: id,
        ..Default::default()
    };
    head.__bindgen_anon_1.msgh_remote_port = port;
    let option = sys::MACH_SEND_MSG | sys::MACH_SEND_TIMEOUT;
    // SAFETY: the message is a header and no more, as its size says.
    check(unsafe { trap::mach_msg(&mut head, option as _, head.msgh_size, 0, 0, 0, 0) })
}

/// What a received message says in place of the name of its port, if the port has a payload
/// ([`ReceiveRight::set_payload`](crate::right::ReceiveRight::set_payload)).
#[must_use]
pub fn payload(head: &sys::mach_msg_header_t) -> Option<usize> {
    let kind = (head.msgh_bits & sys::MACH_MSGH_BITS_LOCAL_MASK) >> 8;
    // SAFETY: each of the union is a number, and the kernel says which this one is.
    (kind == sys::MACH_MSG_TYPE_PROTECTED_PAYLOAD)
        .then_some(unsafe { head.__bindgen_anon_2.msgh_protected_payload })
}
