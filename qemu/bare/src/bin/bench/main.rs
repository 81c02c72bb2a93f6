// SPDX-License-Identifier: GPL-2.0-or-later
//! What the server's calls cost, against what they cannot do without, in one boot.
//!
//! Only ratios are claims: under QEMU's TCG a microsecond is the host's. A budget that is
//! missed is printed as missed; the bench fails only when a call does.

#![no_std]
#![no_main]

extern crate alloc;

mod calls;
mod growth;
mod table;
mod touch;

use bare::client::{Answer, Control, Session};
use bare_rt::clock::Instant;
use bare_rt::println;

use table::Table;

bare_rt::entry!(main);

const MIB: u64 = 1 << 20;
const CREATE: u32 = shm::wire::defs::SYSVSHM_CREATE;

fn main() {
    let Some(port) = bare_rt::bootstrap() else {
        return;
    };
    // The first use measures the processor's counter against the kernel's clock.
    let began = Instant::now();
    let _ = began.elapsed();
    println!("ratio = median / limit; limits are measured beside, by turns; microseconds");
    let mut table = Table::default();
    let result = measure(&Control::new(port), &mut table);
    table.sum_up();
    println!("took {} s", began.elapsed().as_secs());
    match result {
        Ok(()) => println!("verdict: 1 passed, 0 failed"),
        Err(error) => println!("a call failed: {error}\nverdict: 0 passed, 1 failed"),
    }
}

fn measure(control: &Control, table: &mut Table) -> Answer<()> {
    let bench = Bench {
        control,
        session: control.session(&[0], &[0])?,
    };
    bench.memory(table)?;
    bench.calls(table)?;
    bench.first_touch(table)?;
    bench.lives(table)?;
    bench.growth(table)
}

/// Who measures: a task with a session of root.
struct Bench<'a> {
    control: &'a Control,
    session: Session,
}
