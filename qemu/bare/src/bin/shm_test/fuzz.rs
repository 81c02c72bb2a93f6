// SPDX-License-Identifier: GPL-2.0-or-later
//! 100,000 random messages to every port that a client of the server can have.

use alloc::format;
use alloc::vec::Vec;

use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, println};
use gnumach::right::{ReceiveRight, SendRight};
use gnumach::trap;

use crate::ground::{Ground, PAGE, RESPONSE, SOON, Told, within};
use crate::hail::{Random, World, one};
use crate::leaks::Level;
use crate::vm::{self, Task};

pub fn run(ground: &Ground, suite: &mut Suite) {
    let name = "100,000 random messages are answered or dropped, and leave nothing";
    ground.test(suite, name, random_messages);
}

const MESSAGES: u32 = 100_000;
const BATCH: u32 = 1_000;
/// The same messages in every run; printed, so that another can be tried and told.
const SEED: u64 = 0x5348_4d21_2026_1123;

const MEMORY: u64 = 16 * PAGE;

fn random_messages(ground: &Ground) -> Outcome {
    let mut random = Random(SEED);
    println!("seed {SEED:#x}");
    // The first of them fill the caches of the kernel and of both heaps.
    send_all(ground, &mut random, MESSAGES / 5)?;
    let level = Level::now(ground)?;
    send_all(ground, &mut random, MESSAGES)?;
    level.comes_back(ground)
}

fn send_all(ground: &Ground, random: &mut Random, count: u32) -> Outcome {
    {
        let user = ground.caller(9, 9)?;
        let victim = Task::empty().told()?;
        let segment = ground.segment_with(3 * PAGE, 0o666)?;
        let attached = user.attach_to(victim.name(), segment.id, 0, 0).told()?;
        let mapping = segment.attach(0, 0)?;
        let ticket: SendRight = ground.root.fork().told()?.ok_or("no ticket")?;
        let own = ReceiveRight::allocate().told()?;
        let own_right = own.make_send().told()?;
        let memory = vm::allocate(trap::mach_task_self(), 0, MEMORY).told()?;
        let targets = Vec::from([
            user.right().name(),
            user.right().name(),
            ground.root.right().name(),
            attached.token.name(),
            ticket.name(),
        ]);
        let world = World {
            doors: targets.clone(),
            targets,
            rights: Vec::from([
                victim.name(),
                own_right.name(),
                attached.token.name(),
                ticket.name(),
                user.right().name(),
                trap::mach_host_self(),
                0,
                !0,
            ]),
            own,
            memory,
            memory_size: MEMORY,
            routines: core::iter::once(41_998..42_030).collect(),
            ids: (0..25)
                .map(|n| segment.id.wrapping_add(n - 12))
                .chain([0, -1, i32::MIN, i32::MAX])
                .collect(),
        };
        let mut sent = 0;
        for batch in 0..count / BATCH {
            // Answers pile up here, and go with the port.
            let replies = ReceiveRight::allocate().told()?;
            for _ in 0..BATCH {
                sent += u32::from(one(&world, random, &replies, RESPONSE));
            }
            ground
                .answers()
                .map_err(|why| format!("after batch {batch}: {why}"))?;
        }
        println!("{sent} of {count} messages were sent, the others the kernel refused");
        vm::deallocate(trap::mach_task_self(), memory, MEMORY).told()?;
        drop(mapping);
    }
    for ds in ground.root.list().told()? {
        ground.root.remove(ds.id).told()?;
    }
    // Rights to tickets may still lie in messages that wait for a hint worker.
    let used = || ground.root.info().map_or(u64::MAX, |info| info.used_ids);
    check!(within(SOON, || used() == 0), "{} segments", used());
    Ok(())
}
