// SPDX-License-Identifier: GPL-2.0-or-later
//! Random messages from a seed, for the bare bed and for the suite `siege` inside the Hurd.

use alloc::vec::Vec;
use core::ops::Range;

use gnumach::right::{Name, ReceiveRight};
use gnumach::sys;

use super::message::{Message, descriptor};

/// Bytes of a page.
const PAGE: u64 = 4096;

/// Marsaglia's xorshift.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }

    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    pub fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

/// What messages are made of.
pub struct World {
    /// Where they go.
    pub targets: Vec<Name>,
    /// Send rights to which answers go.
    pub doors: Vec<Name>,
    /// Rights they carry. None is of a task with anything to lose.
    pub rights: Vec<Name>,
    /// A receive right, to make rights from.
    pub own: ReceiveRight,
    /// Address of memory they carry.
    pub memory: u64,
    /// Bytes of it.
    pub memory_size: u64,
    /// Ids of segments, existing or not.
    pub ids: Vec<i32>,
    /// Ids of routines. Each range is as likely as the others.
    pub routines: Vec<Range<i32>>,
}

/// Sends one, and answers whether the kernel took it.
///
/// `patience` is in milliseconds: the time that a full queue is waited for.
pub fn one(world: &World, random: &mut Random, replies: &ReceiveRight, patience: u32) -> bool {
    let id = match random.below(10) {
        0..6 => {
            let range = &world.routines[random.below(world.routines.len() as u64) as usize];
            range.start + random.below(range.len() as u64) as i32
        }
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
        1 => Some((random.of(&world.doors), sys::MACH_MSG_TYPE_COPY_SEND)),
        2 => Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND)),
        _ => Some((replies.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE)),
    };
    message
        .send(random.of(&world.targets), reply, patience)
        .is_ok()
}

/// Arguments of the right types, mostly, and of any value.
fn plausible(world: &World, random: &mut Random, id: i32) -> Message {
    let shapes: &[&str] = &[
        "", "pili", "piil", "pl", "ii", "iiii", "i", "ii", "", "", "p", "pp", "i", "ii", "i", "o",
    ];
    // Of any number, far below the first routine's too.
    let routine = usize::try_from(i64::from(id) - 42_000).ok();
    let shape = match routine.and_then(|n| shapes.get(n)) {
        Some(&shape) if !random.one_in(8) => shape,
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
            _ => message.port(sys::MACH_MSG_TYPE_MAKE_SEND_ONCE, world.own.name()),
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
                let count = random.below(world.memory_size * 8 / u64::from(bits)) as u32;
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
