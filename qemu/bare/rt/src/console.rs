// SPDX-License-Identifier: GPL-2.0-or-later
//! Lines on the kernel's console, which the bed reads from the serial port.

use core::fmt::{self, Write};

use crate::trap;

/// What one call of the kernel takes, its closing zero included.
const LIMIT: usize = 512;

/// Collects text and hands it to the kernel in as few pieces as it fits in, so that a
/// line of one task is not cut by a line of another.
#[derive(Debug)]
struct Line {
    text: [u8; LIMIT],
    used: usize,
}

impl Line {
    fn flush(&mut self) {
        self.text[self.used] = 0;
        // SAFETY: the text is closed by a zero within the array.
        unsafe { trap::mach_print(self.text.as_ptr().cast()) };
        self.used = 0;
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            if self.used == LIMIT - 1 {
                self.flush();
            }
            self.text[self.used] = byte;
            self.used += 1;
        }
        Ok(())
    }
}

/// Prints formatted text; used by the macros.
#[doc(hidden)]
pub fn print(arguments: fmt::Arguments<'_>, newline: bool) {
    let mut line = Line {
        text: [0; LIMIT],
        used: 0,
    };
    // A formatting implementation that fails is no reason to lose what it wrote.
    let _ = line.write_fmt(arguments);
    if newline {
        let _ = line.write_str("\n");
    }
    line.flush();
}

/// Prints to the kernel's console.
#[macro_export]
macro_rules! print {
    ($($argument:tt)*) => { $crate::console::print(format_args!($($argument)*), false) };
}

/// Prints a line to the kernel's console, in one piece up to 511 bytes.
#[macro_export]
macro_rules! println {
    ($($argument:tt)*) => { $crate::console::print(format_args!($($argument)*), true) };
}
