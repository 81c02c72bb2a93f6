// SPDX-License-Identifier: GPL-2.0-or-later
//! The smallest boot: one task that says it is there.
#![no_std]
#![no_main]

use bare_rt::println;

bare_rt::entry!(main);

fn main() {
    for (index, word) in bare_rt::args().enumerate() {
        println!("argument {index}: {word}");
    }
    println!("test hello ... ok");
    println!("verdict: 1 passed, 0 failed");
}
