// SPDX-License-Identifier: GPL-2.0-or-later
//! What grows with the number of segments and attachments: time, and the server's memory.

use alloc::vec::Vec;
use core::time::Duration;

use bare::client::Answer;
use bare_rt::clock;
use bare_rt::task::{self, Child};
use shm::wire::defs::SYSVSHM_HELD;

use crate::calls::attach_and_detach;
use crate::table::{Series, Table, timed_call, turns};
use crate::{Bench, CREATE, MIB};

const SEGMENTS: i32 = 10_000;
const ATTACHMENTS: u64 = 1_000;
/// Rounds of few and many.
const ROUNDS: usize = 4;
/// Turns in a round.
const TURNS: usize = 100;
/// The first key of the crowd.
const CROWD: i32 = 0x1000_0000;

/// A task that only exists.
fn sleeper() -> Answer<Child> {
    task::fork(None, |_| {
        loop {
            clock::sleep(Duration::from_secs(3600));
        }
    })
}

impl Bench<'_> {
    fn crowd(&self) -> Answer<Vec<i32>> {
        let one = |n| self.session.get(CROWD + n, 4096, CREATE | 0o600);
        (0..SEGMENTS).map(one).collect()
    }

    /// The server's bytes for a segment and for an attachment. Runs first: what the heap has
    /// already mapped and not used would not show.
    pub fn memory(&self, table: &mut Table) -> Answer<()> {
        let all = u64::MAX >> 1;
        self.control.limits(all, all, 32_768)?;
        let bytes = || self.control.holdings().map(|holdings| holdings.bytes);
        // The first use of anything makes the heap grow for what does not grow any more.
        let id = self.session.get(0, 4096, 0o600)?;
        let child = sleeper()?;
        self.control.process(child.task().name(), 2)?;
        // Kept, so that the server is not told that the task has no token any more.
        let token = self.session.attach_to(child.task().name(), id, 0, 0)?.token;

        let before = bytes()?;
        let crowd = self.crowd()?;
        let segments = bytes()?;
        for _ in 0..4 * ATTACHMENTS {
            drop(self.session.attach_to(child.task().name(), id, 0, 0)?);
        }
        let attachments = bytes()?;
        table.part("Memory of the server", "each");
        table.bytes(
            "segment, never attached",
            (segments - before) / SEGMENTS as u64,
            512,
            "map growth over 10000, heap chunks of 256 KiB: +-26",
        );
        table.bytes(
            "attachment",
            (attachments - segments) / (4 * ATTACHMENTS),
            512,
            "map growth over 4000: +-66",
        );
        drop((child, token));
        for id in crowd {
            self.session.remove(id)?;
        }
        self.session.remove(id)
    }

    /// The same calls with few and with many segments or attachments.
    pub fn growth(&self, table: &mut Table) -> Answer<()> {
        let session = &self.session;
        let id = session.get(7, MIB, CREATE | 0o600)?;
        let held = session.attach(id, 0, 0)?;

        let mut few: [Series; 9] = Default::default();
        let mut many: [Series; 9] = Default::default();
        for _ in 0..ROUNDS {
            self.sample(id, &mut few)?;
            let crowd = self.crowd()?;
            self.sample(id, &mut many)?;
            for id in crowd {
                session.remove(id)?;
            }
        }
        table.part("With 10000 segments; the limit is with 1", "call");
        table.plain("null RPC", &many[0]);
        for (n, name) in [
            (1, "attach"),
            (2, "detach"),
            (3, "get, new"),
            (4, "remove"),
            (5, "get, by key"),
            (6, "stat, 1 attachment"),
            (7, "set"),
            (8, "info"),
        ] {
            table.grown(name, [&many[n], &many[0]], [&few[n], &few[0]], 120);
        }

        let mut few: [Series; 9] = Default::default();
        let mut many: [Series; 9] = Default::default();
        let mut stat = Series::default();
        for _ in 0..ROUNDS {
            self.sample(id, &mut few)?;
            let child = sleeper()?;
            self.control.process(child.task().name(), 2)?;
            // Kept, so that the server is not told that the task has no token any more.
            let token = session.attach_to(child.task().name(), id, 0, 0)?.token;
            for _ in 1..ATTACHMENTS {
                drop(session.attach_to(child.task().name(), id, 0, 0)?);
            }
            // All but stat and remove, which look at each attachment.
            let [rpc, attach, detach] = attach_and_detach(session, id, SYSVSHM_HELD, TURNS)?;
            many[0].extend(rpc);
            many[1].extend(attach);
            many[2].extend(detach);
            let [find, set] = turns(
                TURNS,
                [
                    &mut || timed_call(|| session.get(7, 0, 0)).map(|(time, _)| time),
                    &mut || timed_call(|| session.set(id, 0, 0, 0o600)).map(|(time, ())| time),
                ],
            )?;
            many[5].extend(find);
            many[7].extend(set);
            let [one] = turns(
                3,
                [&mut || timed_call(|| session.stat(id)).map(|(time, _)| time)],
            )?;
            stat.extend(one);
            drop((child, token));
        }
        table.part("With 1000 attachments; the limit is with 1", "call");
        for (n, name) in [(1, "attach"), (2, "detach"), (5, "get, by key"), (7, "set")] {
            table.grown(name, [&many[n], &many[0]], [&few[n], &few[0]], 120);
        }
        table.plain("stat, which checks each of them", &stat);
        session.detach(held.address)?;
        session.remove(id)
    }

    fn sample(&self, id: i32, into: &mut [Series; 9]) -> Answer<()> {
        let session = &self.session;
        let [rpc, attach, detach] = attach_and_detach(session, id, SYSVSHM_HELD, TURNS)?;
        let mut new = 0;
        let new = core::cell::Cell::from_mut(&mut new);
        let [create, remove, find, stat, set, info] = turns(
            TURNS,
            [
                &mut || {
                    let (time, id) = timed_call(|| session.get(0, MIB, 0o600))?;
                    new.set(id);
                    Ok(time)
                },
                &mut || timed_call(|| session.remove(new.get())).map(|(time, ())| time),
                &mut || timed_call(|| session.get(7, 0, 0)).map(|(time, _)| time),
                &mut || timed_call(|| session.stat(id)).map(|(time, _)| time),
                &mut || timed_call(|| session.set(id, 0, 0, 0o600)).map(|(time, ())| time),
                &mut || timed_call(|| session.info()).map(|(time, _)| time),
            ],
        )?;
        let all = [rpc, attach, detach, create, remove, find, stat, set, info];
        for (series, more) in into.iter_mut().zip(all) {
            series.extend(more);
        }
        Ok(())
    }
}
