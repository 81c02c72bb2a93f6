// SPDX-License-Identifier: GPL-2.0-or-later
//! `mach_msg_destroy`, which on the Hurd is libc's: releases what a message carries.

use core::mem::size_of;

use gnumach::right::{Name, valid};
use gnumach::{sys, trap};

/// Releases every right and out-of-line area of a message that was received and not taken
/// over, or made and not sent (`mach/mach.h`).
///
/// # Safety
/// `message` points to a whole message, as large as its header says, and nobody uses what it
/// carries afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mach_msg_destroy(message: *mut sys::mach_msg_header_t) {
    // SAFETY: see the contract. Descriptors and data are read only within the message's size.
    unsafe {
        let head = *message;
        release(
            head.msgh_bits & sys::MACH_MSGH_BITS_REMOTE_MASK,
            head.__bindgen_anon_1.msgh_remote_port,
        );
        if head.msgh_bits & sys::MACH_MSGH_BITS_COMPLEX == 0 {
            return;
        }
        let end = message.cast::<u8>().add(head.msgh_size as usize);
        let mut at = message.add(1).cast::<u8>();
        while end.offset_from(at) >= size_of::<sys::mach_msg_type_t>() as isize {
            let kind = *at.cast::<sys::mach_msg_type_t>();
            at = at.add(size_of::<sys::mach_msg_type_t>());
            at = at.add(body(&kind, at, end));
        }
    }
}

/// Releases what the data at `at` stands for, and answers how many bytes of the message it is.
///
/// # Safety
/// As for [`mach_msg_destroy`]; `kind` describes the data.
unsafe fn body(kind: &sys::mach_msg_type_t, at: *const u8, end: *const u8) -> usize {
    let (name, count) = (kind.msgt_name(), kind.msgt_number as usize);
    let ports = (sys::MACH_MSG_TYPE_MOVE_RECEIVE..=sys::MACH_MSG_TYPE_LAST).contains(&name);
    // SAFETY: see the contract.
    unsafe {
        let left = end.offset_from(at).max(0) as usize;
        if kind.msgt_inline() != 0 {
            let length = (count * kind.msgt_size() as usize)
                .div_ceil(8)
                .next_multiple_of(8);
            // A port takes 8 bytes in a message, the name in the first four.
            for n in 0..if ports { count.min(left / 8) } else { 0 } {
                release(name, *at.add(8 * n).cast::<Name>());
            }
            length
        } else {
            if left >= size_of::<*const u8>() {
                let area = *at.cast::<*const u8>();
                let mut length = (count * kind.msgt_size() as usize).div_ceil(8);
                if ports && !area.is_null() {
                    // Out of line, ports are plain names.
                    length = count * size_of::<Name>();
                    for n in 0..count {
                        release(name, *area.cast::<Name>().add(n));
                    }
                }
                if length != 0 {
                    trap::vm_deallocate(trap::mach_task_self(), area.addr(), length);
                }
            }
            size_of::<*const u8>()
        }
    }
}

/// Releases a right as its disposition says; those that are only copied stay.
fn release(disposition: u32, name: Name) {
    if !valid(name) {
        return;
    }
    let this = trap::mach_task_self();
    match disposition {
        // SAFETY: the message owned this user reference.
        sys::MACH_MSG_TYPE_MOVE_SEND | sys::MACH_MSG_TYPE_MOVE_SEND_ONCE => unsafe {
            trap::mach_port_deallocate(this, name);
        },
        // SAFETY: the message owned this right.
        sys::MACH_MSG_TYPE_MOVE_RECEIVE => unsafe {
            sys::mig_k_mach_port_mod_refs(this, name, sys::MACH_PORT_RIGHT_RECEIVE, -1);
        },
        _ => {}
    }
}
