// SPDX-License-Identifier: GPL-2.0-or-later
//! 100,000 random messages to every port that a client of the server can have.

use alloc::format;
use alloc::vec::Vec;

use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, println};
use gnumach::right::{Name, ReceiveRight, SendRight};
use gnumach::{sys, trap};

use crate::ground::{Ground, PAGE, RESPONSE, SOON, Told, within};
use crate::leaks::Level;
use crate::message::{Message, descriptor};
use crate::vm::{self, Task};

pub fn run(ground: &Ground, suite: &mut Suite) {
    let name = "100,000 random messages are answered or dropped, and leave nothing";
    ground.test(suite, name, random_messages);
}

const MESSAGES: u32 = 100_000;
const BATCH: u32 = 1_000;
/// The same messages in every run; printed, so that another can be tried and told.
const SEED: u64 = 0x5348_4d21_2026_1123;

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

/// What messages are made of.
struct World {
    /// Where they go.
    targets: Vec<Name>,
    /// Rights they carry. None is of a task with anything to lose.
    rights: Vec<Name>,
    /// A receive right, to make rights from.
    own: ReceiveRight,
    /// Memory they carry.
    memory: u64,
    ids: Vec<i32>,
}

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
        let world = World {
            targets: Vec::from([
                user.right().name(),
                user.right().name(),
                ground.root.right().name(),
                attached.token.name(),
                ticket.name(),
            ]),
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
                sent += u32::from(one(&world, random, &replies));
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

/// Sends one, and answers whether the kernel took it.
fn one(world: &World, random: &mut Random, replies: &ReceiveRight) -> bool {
    let id = match random.below(10) {
        0..6 => 41_998 + random.below(32) as i32,
        6 => 2198 + random.below(24) as i32,
        7 => 62 + random.below(20) as i32,
        8 => 42_998 + random.below(10) as i32,
        _ => random.next() as i32,
    };
    let mut message = if random.one_in(3) {
        nonsense(world, random, Message::new(id))
    } else {
        plausible(world, random, id)
    };
    if random.one_in(12) {
        // Numbers that pretend to be rights: of the server's own, if it believes them.
        message = message
            .pretended_port(random.below(100) as Name)
            .complex(false);
    }
    let reply = match random.below(8) {
        0 => None,
        // The answer goes to a port of the server's.
        1 => Some((random.of(&world.targets), sys::MACH_MSG_TYPE_COPY_SEND)),
        2 => Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND)),
        _ => Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE)),
    };
    message
        .send(random.of(&world.targets), reply, RESPONSE)
        .is_ok()
}

/// Arguments of the right types, mostly, and of any value.
fn plausible(world: &World, random: &mut Random, id: i32) -> Message {
    let shapes: &[&str] = &[
        "", "pili", "piil", "pl", "ii", "iiii", "i", "ii", "", "", "p", "pp", "n",
    ];
    let shape = match usize::try_from(id - 42_000) {
        Ok(n) if n < shapes.len() && !random.one_in(8) => shapes[n],
        _ => random.of(shapes),
    };
    let mut message = Message::new(id);
    for kind in shape.chars() {
        message = match kind {
            'p' => port(world, random, message),
            'i' if random.one_in(2) => message.int32(random.of(&world.ids) as u32),
            'i' => {
                let bits = random.of(&[0, 0o600, 0o10_000, 0o20_000, 0o40_000, !0]);
                message.int32(bits | random.below(8) as u32)
            }
            'l' if random.one_in(2) => message.int64(PAGE * random.below(64)),
            'l' => message.int64(random.next() >> random.below(64)),
            _ => message.int32(random.below(80) as u32),
        };
    }
    if random.one_in(10) {
        nonsense(world, random, message)
    } else {
        message
    }
}

fn port(world: &World, random: &mut Random, message: Message) -> Message {
    match random.below(8) {
        0 => message.port(sys::MACH_MSG_TYPE_MAKE_SEND, world.own.name()),
        1 => message.port(sys::MACH_MSG_TYPE_MAKE_SEND_ONCE, world.own.name()),
        _ => message.port(sys::MACH_MSG_TYPE_COPY_SEND, random.of(&world.rights)),
    }
}

/// Adds descriptors of any kind, and data that may or may not fit them.
fn nonsense(world: &World, random: &mut Random, mut message: Message) -> Message {
    for _ in 0..random.below(6) {
        message = match random.below(8) {
            0 | 1 => port(world, random, message),
            2 => {
                let (kind, bits) = random.of(&[
                    (sys::MACH_MSG_TYPE_BYTE, 8),
                    (sys::MACH_MSG_TYPE_INTEGER_32, 32),
                    (sys::MACH_MSG_TYPE_INTEGER_64, 64),
                ]);
                let count = random.below(MEMORY * 8 / u64::from(bits)) as u32;
                message.out_of_line(kind, bits, count, world.memory)
            }
            3 => {
                let count = random.below(40) as u32;
                let data: Vec<u64> = (0..count).map(|_| random.next()).collect();
                message
                    .words(&[descriptor(sys::MACH_MSG_TYPE_INTEGER_64, 64, count, true)])
                    .words(&data)
            }
            4 => {
                // No right is moved: a number drawn might be the name of one that this program
                // needs.
                let odd = descriptor(
                    random.of(&[0, 1, 2, 3, 8, 9, 11, 12, 15, 19, 20, 21, 30]),
                    random.of(&[0, 1, 8, 32, 64, 65_535]),
                    random.below(5) as u32,
                    random.one_in(2),
                );
                let complex = random.one_in(2);
                message.words(&[odd, random.next()]).complex(complex)
            }
            5 => {
                let words: Vec<u64> = (0..random.below(1200)).map(|_| random.next()).collect();
                message.words(&words).complex(false)
            }
            6 => message.int32(random.next() as u32),
            _ => message.int64(random.next()),
        };
    }
    message
}
