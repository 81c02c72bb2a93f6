// SPDX-License-Identifier: GPL-2.0-or-later
//! The calls that have a trap of their own and need no message.
//!
//! On the Hurd they are libc's, which tries the trap first; on bare Mach the
//! program's run-time crate defines them. The `mig_k_` stubs of [`crate::sys`]
//! are always messages.

use core::ffi::{c_int, c_uint};

use crate::sys::{
    boolean_t, kern_return_t, mach_msg_header_t, mach_msg_option_t, mach_msg_return_t,
    mach_msg_size_t, mach_msg_timeout_t, mach_port_t, vm_address_t, vm_inherit_t, vm_offset_t,
    vm_prot_t, vm_size_t,
};

unsafe extern "C" {
    /// `mach/message.h`: sends, receives, or both.
    pub fn mach_msg(
        message: *mut mach_msg_header_t,
        option: mach_msg_option_t,
        send_size: mach_msg_size_t,
        receive_limit: mach_msg_size_t,
        receive_name: mach_port_t,
        timeout: mach_msg_timeout_t,
        notify: mach_port_t,
    ) -> mach_msg_return_t;

    /// `mach/mach.h`: releases every right and out-of-line area of a message.
    pub fn mach_msg_destroy(message: *mut mach_msg_header_t);

    /// The name of this task's own port.
    #[cfg(not(target_os = "hurd"))]
    pub safe fn mach_task_self() -> mach_port_t;

    /// The name of the host's name port, which carries no privilege.
    pub safe fn mach_host_self() -> mach_port_t;

    /// `mach_port.defs`.
    pub fn mach_port_allocate(
        task: mach_port_t,
        right: c_uint,
        name: *mut mach_port_t,
    ) -> kern_return_t;

    /// `mach_port.defs`: drops one user reference of a send, send-once or dead name.
    pub fn mach_port_deallocate(task: mach_port_t, name: mach_port_t) -> kern_return_t;

    /// `mach_port.defs`.
    pub fn mach_port_insert_right(
        task: mach_port_t,
        name: mach_port_t,
        right: mach_port_t,
        disposition: c_uint,
    ) -> kern_return_t;

    /// `mach4.defs` and `mach.defs`.
    pub fn vm_map(
        task: mach_port_t,
        address: *mut vm_address_t,
        size: vm_size_t,
        mask: vm_address_t,
        anywhere: boolean_t,
        memory_object: mach_port_t,
        offset: vm_offset_t,
        copy: boolean_t,
        protection: vm_prot_t,
        max_protection: vm_prot_t,
        inheritance: vm_inherit_t,
    ) -> kern_return_t;

    /// `mach.defs`: anonymous zero pages.
    pub fn vm_allocate(
        task: mach_port_t,
        address: *mut vm_address_t,
        size: vm_size_t,
        anywhere: boolean_t,
    ) -> kern_return_t;

    /// `mach.defs`: removes whatever is mapped in the range.
    pub fn vm_deallocate(
        task: mach_port_t,
        address: vm_address_t,
        size: vm_size_t,
    ) -> kern_return_t;

    /// `mach_traps.h`: gives the processor to any other thread.
    pub safe fn swtch_pri(priority: c_int) -> boolean_t;

    /// `mach_traps.h`: gives the processor to another thread of the same priority, if one is
    /// ready.
    pub safe fn swtch() -> boolean_t;
}

/// The name of this task's own port, which libc keeps: the macro of `mach_init.h`. The function
/// of that name is a trap, and each call gives one more reference.
#[cfg(target_os = "hurd")]
#[must_use]
pub fn mach_task_self() -> mach_port_t {
    unsafe extern "C" {
        static __mach_task_self_: mach_port_t;
    }
    // SAFETY: libc sets it before `main`, and in the child of a fork while that has one thread.
    unsafe { __mach_task_self_ }
}
