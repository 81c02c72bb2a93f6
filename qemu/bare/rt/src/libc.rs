// SPDX-License-Identifier: GPL-2.0-or-later
//! What the compiler's unwinding tables refer to; nothing here is ever called,
//! for a panic aborts.

/// Named by the tables of the precompiled `core`.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Named by landing pads of the precompiled `core`.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    crate::task::exit()
}
