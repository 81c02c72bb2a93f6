// SPDX-License-Identifier: GPL-2.0-or-later
//! The words of the boot module's line.

use core::ffi::{CStr, c_char};
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

static COUNT: AtomicUsize = AtomicUsize::new(0);
static VECTOR: AtomicPtr<*const c_char> = AtomicPtr::new(core::ptr::null_mut());

/// Keeps where the arguments are.
///
/// # Safety
/// `stack` points to a task's argument block: argc, then argv.
pub(crate) unsafe fn init(stack: *const usize) {
    // SAFETY: the block starts with argc and argv, and stays for the task's life.
    unsafe {
        VECTOR.store(
            stack.add(1).cast::<*const c_char>().cast_mut(),
            Ordering::Relaxed,
        );
        COUNT.store(*stack, Ordering::Release);
    }
}

/// The program's name and its arguments, as the module line has them after
/// substitution: `${host-port}` is a port name in decimal.
///
/// A word that is no UTF-8 is given as an empty one.
pub fn args() -> impl ExactSizeIterator<Item = &'static str> {
    let count = COUNT.load(Ordering::Acquire);
    let vector = VECTOR.load(Ordering::Relaxed);
    (0..count).map(move |index| {
        // SAFETY: the kernel made `count` entries, each a C string in memory nobody unmaps.
        let word = unsafe { CStr::from_ptr(*vector.add(index)) };
        word.to_str().unwrap_or_default()
    })
}

/// The program's name.
#[must_use]
pub fn program() -> &'static str {
    args().next().unwrap_or("program")
}

/// The port name that the module line gives as `key=${symbol}`.
#[must_use]
pub fn port(key: &str) -> Option<u32> {
    args().find_map(|word| word.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
}
