// SPDX-License-Identifier: GPL-2.0-or-later
//! Run time of programs that are GNU Mach tasks without any libc: boot modules
//! of the bare bed.
//!
//! A program is `#![no_std] #![no_main]`, names its main function with
//! [`entry!`], and is linked statically at a fixed address by its package's
//! build script. This crate brings the first instruction, the kernel's traps, the C
//! symbols that MIG stubs and the crate `mig` want, the memory functions, an
//! allocator, a panic handler, and [`println!`] to the kernel's console.
//!
//! Ports given to a boot module are words of its line ([`args::port`]). Its first
//! program starts the others with a port of its choice ([`task::start`]), which
//! they get from [`bootstrap`]. [`task::fork`] makes tasks at run time.
//!
//! A panic prints one line that begins with `bare panic:`, at which the runner
//! ends the boot, and terminates the task. So does an exception, but for those
//! of a forked task, which are its parent's to judge.
#![no_std]

extern crate alloc;

pub mod args;
pub mod clock;
pub mod console;
mod destroy;
mod heap;
mod libc;
mod memory;
pub mod message;
mod mig_support;
pub mod suite;
pub mod task;
pub mod thread;
mod trap;

pub use args::args;
#[doc(hidden)]
pub use suite::format_failure;
pub use task::{bootstrap, exit};

use core::arch::global_asm;

/// Names the program's main function, a `fn()`; the task ends when it returns.
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        // SAFETY: the only definition of this symbol in a program; `bare_rt` declares it alike.
        #[unsafe(no_mangle)]
        extern "Rust" fn bare_main() {
            let main: fn() = $main;
            main()
        }
    };
}

unsafe extern "Rust" {
    safe fn bare_main();
}

// The kernel leaves the argument block where the stack pointer is, argc first.
global_asm!(
    ".globl _start",
    ".type _start, @function",
    "_start:",
    "    xor ebp, ebp",
    "    mov rdi, rsp",
    "    and rsp, -16",
    "    call {start}",
    "    ud2",
    start = sym start,
);

extern "C" fn start(stack: *const usize) -> ! {
    // SAFETY: `stack` is the argument block at entry, as the kernel built it.
    unsafe { args::init(stack) };
    // The kernel has just written "start NAME: " and no newline.
    print!("\n");
    task::tell_exceptions().expect("no room for the exception port");
    bare_main();
    task::exit()
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    println!("bare panic: {}: {info}", args::program());
    task::exit()
}
