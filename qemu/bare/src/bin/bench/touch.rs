// SPDX-License-Identifier: GPL-2.0-or-later
//! The first touch of pages: of a segment, and of anonymous memory.

use alloc::format;
use core::cell::Cell;

use bare::client::Answer;
use gnumach::error::check;
use gnumach::trap;

use crate::calls::unmap;
use crate::table::{Table, timed, timed_call, turns};
use crate::{Bench, MIB};

const PAGE: u64 = 4096;

/// In which order pages are touched.
#[derive(Clone, Copy)]
enum Order {
    Sequential,
    /// Each page once, far from the one before. The number of pages is a power of two.
    Scattered,
}

/// Writes a word to each page, and answers the nanoseconds for one.
fn touch(address: u64, size: u64, order: Order) -> u64 {
    let pages = size / PAGE;
    let (time, ()) = timed(|| {
        for n in 0..pages {
            let page = match order {
                Order::Sequential => n,
                Order::Scattered => n * 0x9e37_79b1 % pages,
            };
            // SAFETY: within `size` bytes that are mapped for writing and otherwise unused.
            unsafe { ((address + page * PAGE) as *mut u64).write_volatile(n) };
        }
    });
    time / pages
}

fn anonymous(size: u64, order: Order) -> Answer<u64> {
    let mut address = 0;
    // SAFETY: new memory at an address that the kernel chooses.
    check(unsafe { trap::vm_allocate(trap::mach_task_self(), &mut address, size as _, 1) })?;
    let time = touch(address as u64, size, order);
    unmap(address, size)?;
    Ok(time)
}

impl Bench<'_> {
    /// A new segment, touched: answers its id too, and leaves it attached there.
    fn fresh(&self, size: u64, order: Order) -> Answer<(u64, i32, u64)> {
        let id = self.session.get(0, size, 0o600)?;
        let address = self.session.attach(id, 0, 0)?.address;
        Ok((touch(address, size, order), id, address))
    }

    fn drop_segment(&self, id: i32, address: u64) -> Answer<()> {
        self.session.detach(address)?;
        self.session.remove(id)
    }

    /// A segment's whole life: made, attached, touched, detached and removed; and how long its removal
    /// takes. Lives are measured several in a row, with the question for the sums, at which the
    /// server ends what it has not ended yet.
    pub fn lives(&self, table: &mut Table) -> Answer<()> {
        table.part("Whole lives, a segment; removal of a touched one", "life");
        for (name, size, count, row) in [
            ("4 KiB", PAGE, 10, 20),
            ("1 MiB", MIB, 10, 8),
            ("64 MiB", 64 * MIB, 6, 1),
        ] {
            let parts = Cell::new([0; 5]);
            let [null, life, get, attach, touched, detach, remove] = turns(
                count,
                [
                    &mut || timed_call(|| self.session.version()).map(|(time, _)| time),
                    &mut || {
                        let (time, ()) = timed_call(|| {
                            for _ in 0..row {
                                parts.set(self.life(size)?);
                            }
                            self.session.info().map(drop)
                        })?;
                        Ok(time / row)
                    },
                    &mut || Ok(parts.get()[0]),
                    &mut || Ok(parts.get()[1]),
                    &mut || Ok(parts.get()[2]),
                    &mut || Ok(parts.get()[3]),
                    &mut || Ok(parts.get()[4]),
                ],
            )?;
            table.row(&format!("{name} / null"), &life, &null, 0);
            for (part, series) in [
                ("get", get),
                ("first attach", attach),
                ("touch", touched),
                ("last detach", detach),
                ("removal", remove),
            ] {
                table.row(&format!("{name}, {part} / null"), &series, &null, 0);
            }
        }
        Ok(())
    }

    /// One life, and the time of each part.
    fn life(&self, size: u64) -> Answer<[u64; 5]> {
        let (get, id) = timed_call(|| self.session.get(0, size, 0o600))?;
        let (attach, attached) = timed_call(|| self.session.attach(id, 0, 0))?;
        let address = attached.address;
        let touched = touch(address, size, Order::Sequential) * (size / PAGE);
        let (detach, ()) = timed_call(|| self.session.detach(address))?;
        let (remove, ()) = timed_call(|| self.session.remove(id))?;
        Ok([get, attach, touched, detach, remove])
    }

    /// First touches, a page.
    pub fn first_touch(&self, table: &mut Table) -> Answer<()> {
        table.part("First touch by writing, a page", "memory");
        for (mib, count) in [(1, 40), (16, 8), (64, 4)] {
            let size = mib * MIB;
            let left = Cell::new((0, 0));
            let [plain, segment, second, plain_far, segment_far] = turns(
                count,
                [
                    &mut || anonymous(size, Order::Sequential),
                    &mut || {
                        let (time, id, address) = self.fresh(size, Order::Sequential)?;
                        left.set((id, address));
                        Ok(time)
                    },
                    &mut || {
                        let (id, address) = left.get();
                        let other = self.session.attach(id, 0, 0)?.address;
                        let time = touch(other, size, Order::Sequential);
                        self.session.detach(other)?;
                        self.drop_segment(id, address)?;
                        Ok(time)
                    },
                    &mut || anonymous(size, Order::Scattered),
                    &mut || {
                        let (time, id, address) = self.fresh(size, Order::Scattered)?;
                        self.drop_segment(id, address)?;
                        Ok(time)
                    },
                ],
            )?;
            let name = |what: &str| format!("{mib} MiB {what}");
            table.plain(&name("anonymous, in order"), &plain);
            table.row(&name("segment, in order"), &segment, &plain, 125);
            table.row(&name("segment, second mapping"), &second, &plain, 0);
            table.plain(&name("anonymous, scattered"), &plain_far);
            table.row(&name("segment, scattered"), &segment_far, &plain_far, 0);
        }
        Ok(())
    }
}
