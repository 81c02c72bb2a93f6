// SPDX-License-Identifier: GPL-2.0-or-later
//! The bare bed's suite: the server on the real kernel, from tasks with identities of their own.
//!
//! On a machine with little memory it is another suite, of what happens when that runs out.

#![no_std]
#![no_main]

extern crate alloc;

use bare::client::Control;
use bare_rt::clock::Instant;
use bare_rt::println;
use bare_rt::suite::{Outcome, Suite};

mod errors;
mod files;
mod fuzz;
mod ground;
mod hail;
mod hostile;
mod leaks;
mod lifecycle;
mod limits;
mod message;
mod permissions;
mod pressure;
mod reuse;
mod sharing;
mod sharing_survives;
mod stale;
mod vm;

use crate::ground::{Ground, Told};

bare_rt::entry!(main);

/// A machine with less than this is there for the tests of [`pressure`].
const SMALL: u64 = 128 << 20;

fn main() {
    let mut suite = Suite::new();
    let Some(port) = bare_rt::bootstrap() else {
        return;
    };
    match Ground::new(Control::new(port)) {
        Ok(ground) => run(&ground, &mut suite),
        Err(error) => suite.test("the server gives sessions", || Err(error)),
    }
    suite.finish();
}

fn run(ground: &Ground, suite: &mut Suite) {
    if gnumach::host::memory_size().is_ok_and(|size| size < SMALL) {
        return pressure::run(ground, suite);
    }
    ground.test(suite, "the server answers a null request", null_request);
    errors::run(ground, suite);
    permissions::run(ground, suite);
    limits::run(ground, suite);
    sharing::run(ground, suite);
    sharing_survives::run(ground, suite);
    lifecycle::run(ground, suite);
    reuse::run(ground, suite);
    stale::run(ground, suite);
    files::run(ground, suite);
    leaks::run(ground, suite);
    hostile::run(ground, suite);
    fuzz::run(ground, suite);
    ground.test(
        suite,
        "the same steps un-share temporary memory",
        sharing_survives::temporary_memory_does_not_survive,
    );
}

/// Prints how long it takes.
fn null_request(ground: &Ground) -> Outcome {
    const COUNT: u32 = 1000;
    let began = Instant::now();
    for _ in 0..COUNT {
        bare_rt::check_eq!(
            ground.root.version().told()?,
            shm::wire::defs::SYSVSHM_VERSION
        );
    }
    println!("an empty request takes {:?}", began.elapsed() / COUNT);
    ground.answers()
}
