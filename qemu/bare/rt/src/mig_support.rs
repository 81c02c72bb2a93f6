// SPDX-License-Identifier: GPL-2.0-or-later
//! The C symbols that MIG stubs and the crate `mig` expect of a libc.

use core::ffi::{c_char, c_int, c_uint};
use core::sync::atomic::{AtomicU32, Ordering};

use gnumach::right::valid;
use gnumach::sys::{
    self, MACH_RCV_INTERRUPT, MACH_RCV_INTERRUPTED, MACH_RCV_MSG, MACH_SEND_INTERRUPT,
    MACH_SEND_INTERRUPTED, MACH_SEND_MSG,
};

use crate::trap::{self, Code, Name};

/// The trap adds a user reference at every call, so its answer is kept.
static TASK: AtomicU32 = AtomicU32::new(0);
static HOST: AtomicU32 = AtomicU32::new(0);

fn kept(cell: &AtomicU32, ask: impl FnOnce() -> Name) -> Name {
    match cell.load(Ordering::Relaxed) {
        0 => {
            let name = ask();
            cell.store(name, Ordering::Relaxed);
            name
        }
        name => name,
    }
}

/// `mach/mach_traps.h`: this task's own port.
#[unsafe(no_mangle)]
pub extern "C" fn mach_task_self() -> Name {
    kept(&TASK, || trap::trap_task_self())
}

/// `mach/mach_traps.h`: the host's name port, which is not the privileged one.
#[unsafe(no_mangle)]
pub extern "C" fn mach_host_self() -> Name {
    kept(&HOST, || trap::trap_host_self())
}

/// `mach/message.h`: sends, receives, or both; goes on after an interruption unless the
/// options ask to be told.
///
/// # Safety
/// `message` is a buffer as the options, sizes and the message's own types promise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mach_msg(
    message: *mut u8,
    option: c_int,
    send_size: c_uint,
    receive_limit: c_uint,
    receive_name: Name,
    timeout: c_uint,
    notify: Name,
) -> Code {
    let mut left = option;
    loop {
        // The kernel does not know the two options that ask for interruptions to be reported.
        let plain = left & !(MACH_SEND_INTERRUPT | MACH_RCV_INTERRUPT);
        // SAFETY: as the caller's.
        let code = unsafe {
            trap::mach_msg_trap(
                message,
                plain,
                send_size,
                receive_limit,
                receive_name,
                timeout,
                notify,
            )
        };
        match code {
            MACH_SEND_INTERRUPTED if option & MACH_SEND_INTERRUPT == 0 => {}
            // Sent, but not received: only the receiving half is left to do.
            MACH_RCV_INTERRUPTED if option & MACH_RCV_INTERRUPT == 0 => {
                left = (option & !MACH_SEND_MSG) | MACH_RCV_MSG;
            }
            _ => return code,
        }
    }
}

/// Reply ports nobody waits on. Without thread-local storage a stub takes one, and gives
/// it back, so no two threads ever share one.
static REPLY_PORTS: [AtomicU32; 64] = [const { AtomicU32::new(0) }; 64];

/// MIG: a receive right for one reply.
#[unsafe(no_mangle)]
pub extern "C" fn mig_get_reply_port() -> Name {
    for slot in &REPLY_PORTS {
        if slot.load(Ordering::Relaxed) != 0 {
            let name = slot.swap(0, Ordering::Acquire);
            if name != 0 {
                return name;
            }
        }
    }
    trap::mach_reply_port()
}

/// MIG: the reply came, the port can serve again.
#[unsafe(no_mangle)]
pub extern "C" fn mig_put_reply_port(port: Name) {
    if !valid(port) {
        return;
    }
    for slot in &REPLY_PORTS {
        let taken = slot.compare_exchange(0, port, Ordering::Release, Ordering::Relaxed);
        if taken.is_ok() {
            return;
        }
    }
    mig_dealloc_reply_port(port);
}

/// MIG: the port may still get a late reply, and must go.
#[unsafe(no_mangle)]
pub extern "C" fn mig_dealloc_reply_port(port: Name) {
    if valid(port) {
        // SAFETY: the port is this task's, taken from the pool, and used for nothing else.
        unsafe {
            sys::mig_k_mach_port_mod_refs(mach_task_self(), port, sys::MACH_PORT_RIGHT_RECEIVE, -1)
        };
    }
}

/// MIG: pages for what a reply carries beyond the caller's buffer; null without room.
///
/// # Safety
/// `address` is a valid out-pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mig_allocate(address: *mut usize, size: usize) {
    // SAFETY: asks for memory wherever there is room.
    unsafe {
        if trap::syscall_vm_allocate(mach_task_self(), address, size, 1) != 0 {
            *address = 0;
        }
    }
}

/// MIG: gives pages back that were copied from.
///
/// # Safety
/// Nobody uses the range any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mig_deallocate(address: usize, size: usize) {
    // SAFETY: as the caller's.
    unsafe { trap::syscall_vm_deallocate(mach_task_self(), address, size) };
}

/// Copies at most `size - 1` bytes of a C string and closes it; the length with the zero.
///
/// # Safety
/// `from` is a C string or `size` bytes, `to` has room for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mig_strncpy(to: *mut c_char, from: *const c_char, size: usize) -> usize {
    let Some(limit) = size.checked_sub(1) else {
        return 0;
    };
    for index in 0..limit {
        // SAFETY: within `size` bytes of `to`, and not past the zero of `from`.
        unsafe {
            *to.add(index) = *from.add(index);
            if *from.add(index) == 0 {
                return index + 1;
            }
        }
    }
    // SAFETY: `limit` is the last of the `size` bytes.
    unsafe { *to.add(limit) = 0 };
    size
}

/// A call that has a trap, and a message for tasks that the trap does not know.
macro_rules! trap_or_message {
    ($name:ident, $trap:ident, $message:ident, ($($argument:ident: $type:ty),*)) => {
        /// The kernel's call of this name: by its trap, or, where that declines, by a message.
        ///
        /// # Safety
        /// As the kernel's manual says.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $type),*) -> Code {
            // SAFETY: as the caller's.
            match unsafe { trap::$trap($($argument),*) } {
                // SAFETY: as the caller's.
                MACH_SEND_INTERRUPTED => unsafe { sys::$message($($argument),*) },
                code => code,
            }
        }
    };
}

trap_or_message!(mach_port_allocate, syscall_mach_port_allocate, mig_k_mach_port_allocate,
    (task: Name, right: c_uint, name: *mut Name));
trap_or_message!(mach_port_deallocate, syscall_mach_port_deallocate, mig_k_mach_port_deallocate,
    (task: Name, name: Name));
trap_or_message!(mach_port_insert_right, syscall_mach_port_insert_right,
    mig_k_mach_port_insert_right,
    (task: Name, name: Name, right: Name, disposition: c_uint));
trap_or_message!(vm_allocate, syscall_vm_allocate, mig_k_vm_allocate,
    (task: Name, address: *mut usize, size: usize, anywhere: c_int));
trap_or_message!(vm_deallocate, syscall_vm_deallocate, mig_k_vm_deallocate,
    (task: Name, address: usize, size: usize));
trap_or_message!(vm_map, syscall_vm_map, mig_k_vm_map,
    (task: Name, address: *mut usize, size: usize, mask: usize, anywhere: c_int,
     memory_object: Name, offset: usize, copy: c_int, protection: c_int,
     max_protection: c_int, inheritance: c_int));

/// Forgets what belongs to the parent's port space, in a task that inherited its memory.
pub(crate) fn forget_names() {
    TASK.store(0, Ordering::Relaxed);
    HOST.store(0, Ordering::Relaxed);
    for slot in &REPLY_PORTS {
        slot.store(0, Ordering::Relaxed);
    }
}
