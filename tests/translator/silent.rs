// SPDX-License-Identifier: GPL-2.0-or-later
//! Memory whose pages never come: what a hostile client sends out of line.

use gnumach::right::{ReceiveRight, SendRight};
use gnumach::{sys, trap};

use super::message::{Message, descriptor, receive_words};

/// Bytes of it: one page.
const SIZE: usize = 4096;

/// Milliseconds that the kernel may take on a busy host.
const SOON: u32 = 20_000;

/// A page of this task whose pager does not answer. When this is dropped the pager dies, and all
/// who wait for the page get an exception.
pub struct Silent {
    address: u64,
    _control: SendRight,
    _pager: ReceiveRight,
}

impl Silent {
    pub fn new() -> Self {
        let pager = ReceiveRight::allocate().unwrap();
        let right = pager.make_send().unwrap();
        let mut address = 0;
        // SAFETY: a new mapping at an address that the kernel chooses. Nobody here touches it.
        let code = unsafe {
            trap::vm_map(
                trap::mach_task_self(),
                &mut address,
                SIZE as _,
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
        let init = receive_words(&pager, SOON).unwrap();
        // SAFETY: the right came with that message, and is ours. The kernel copies such memory
        // without a look at it, once the pager said that it is ready.
        let control = unsafe {
            let control = SendRight::from_raw(init[5] as u32);
            let strategy = sys::MEMORY_OBJECT_COPY_DELAY as _;
            sys::mig_k_memory_object_ready(control.name(), 0, strategy);
            control
        };
        Self {
            address: address as u64,
            _control: control,
            _pager: pager,
        }
    }

    /// Adds all of it to a message, as an array of numbers of so many bits.
    pub fn array(&self, message: Message, kind: u32, bits: u32) -> Message {
        let count = SIZE as u32 * 8 / bits;
        let array = long_form(descriptor(kind, bits, count, false));
        message.words(&[array, self.address]).complex(true)
    }

    /// io_restrict_auth with all of it as user ids, and no group ids.
    pub fn restrict(&self) -> Message {
        const INTEGER: u32 = sys::MACH_MSG_TYPE_INTEGER_32;
        self.array(Message::new(21_015), INTEGER, 32)
            .words(&[long_form(descriptor(INTEGER, 32, 0, true))])
    }
}

/// A descriptor in the long form, which MIG's stubs want of an array without a bound.
fn long_form(kind: u64) -> u64 {
    // SAFETY: any eight bytes are a descriptor, and it has no padding that matters.
    unsafe {
        let mut kind = std::mem::transmute::<u64, sys::mach_msg_type_t>(kind);
        kind.set_msgt_longform(1);
        std::mem::transmute(kind)
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        // SAFETY: our own mapping, into which nobody points.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), self.address as _, SIZE as _) };
    }
}
