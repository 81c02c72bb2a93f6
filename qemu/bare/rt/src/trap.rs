// SPDX-License-Identifier: GPL-2.0-or-later
//! The kernel's traps: `syscall` with a negative number in rax
//! (`mach/syscall_sw.h`), arguments as in a C call but the fourth in r10.

use core::arch::global_asm;
use core::ffi::{c_char, c_int, c_uint};

/// A port name (`mach/port.h`).
pub(crate) type Name = c_uint;
/// A kernel return code (`mach/kern_return.h`).
pub(crate) type Code = c_int;

global_asm!(
    ".macro trap name, number",
    ".globl \\name",
    ".type \\name, @function",
    "\\name:",
    "    mov rax, \\number",
    "    mov r10, rcx",
    "    syscall",
    "    ret",
    ".size \\name, . - \\name",
    ".endm",
    "trap mach_msg_trap, -25",
    "trap mach_reply_port, -26",
    "trap mach_thread_self, -27",
    "trap trap_task_self, -28",
    "trap trap_host_self, -29",
    "trap mach_print, -30",
    "trap swtch_pri, -59",
    "trap swtch, -60",
    "trap thread_switch, -61",
    "trap syscall_vm_map, -64",
    "trap syscall_vm_allocate, -65",
    "trap syscall_vm_deallocate, -66",
    "trap syscall_task_create, -68",
    "trap syscall_task_terminate, -69",
    "trap syscall_task_suspend, -70",
    "trap syscall_task_set_special_port, -71",
    "trap syscall_mach_port_allocate, -72",
    "trap syscall_mach_port_deallocate, -73",
    "trap syscall_mach_port_insert_right, -74",
    ".purgem trap",
);

unsafe extern "C" {
    pub(crate) fn mach_msg_trap(
        message: *mut u8,
        option: c_int,
        send_size: c_uint,
        receive_limit: c_uint,
        receive_name: Name,
        timeout: c_uint,
        notify: Name,
    ) -> Code;
    pub(crate) safe fn mach_reply_port() -> Name;
    pub(crate) safe fn trap_task_self() -> Name;
    pub(crate) safe fn trap_host_self() -> Name;
    pub(crate) fn mach_print(text: *const c_char);
    pub(crate) safe fn swtch_pri(priority: c_int) -> c_int;
    pub(crate) fn syscall_vm_map(
        task: Name,
        address: *mut usize,
        size: usize,
        mask: usize,
        anywhere: c_int,
        memory_object: Name,
        offset: usize,
        copy: c_int,
        protection: c_int,
        max_protection: c_int,
        inheritance: c_int,
    ) -> Code;
    pub(crate) fn syscall_vm_allocate(
        task: Name,
        address: *mut usize,
        size: usize,
        anywhere: c_int,
    ) -> Code;
    pub(crate) fn syscall_vm_deallocate(task: Name, address: usize, size: usize) -> Code;
    pub(crate) fn syscall_mach_port_allocate(task: Name, right: c_uint, name: *mut Name) -> Code;
    pub(crate) fn syscall_mach_port_deallocate(task: Name, name: Name) -> Code;
    pub(crate) fn syscall_mach_port_insert_right(
        task: Name,
        name: Name,
        right: Name,
        disposition: c_uint,
    ) -> Code;
    pub(crate) fn syscall_task_terminate(task: Name) -> Code;
}
