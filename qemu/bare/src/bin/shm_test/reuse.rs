// SPDX-License-Identifier: GPL-2.0-or-later
//! The server keeps memory objects of destroyed segments for the next ones: nothing of the old
//! segment is seen in the new one, and an object that is still in use is not kept.

use bare::client::Answer;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq};
use gnumach::error::check as check_kern;
use gnumach::right::SendRight;
use gnumach::{sys, trap};

use crate::ground::{
    Ground, Mapping, PAGE, SOON, Told, pattern, reach, reaches, read, within, write,
};
use crate::vm;

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test(
        "the object of a destroyed segment serves the next one",
        serves_the_next,
    );
    test("it serves no other user's", no_other_users);
    test("segments one after the other begin as zeros", zeros);
    test(
        "so do those after segments of clients that were killed",
        zeros_after_kills,
    );
    test(
        "an object that an unknown task maps is not used again",
        still_mapped,
    );
}

/// What the kernel calls the object behind a mapping.
/// As long as the right is held, no other object has that name.
fn object(mapping: &Mapping<'_>) -> Result<SendRight, alloc::string::String> {
    let region = vm::region(trap::mach_task_self(), mapping.address()).told()?;
    Ok(region.object)
}

fn serves_the_next(ground: &Ground) -> Outcome {
    let again = within(SOON, || {
        let one = |_| -> Result<SendRight, alloc::string::String> {
            let segment = ground.segment(3 * PAGE)?;
            let mapping = segment.attach(0, 0)?;
            mapping.write(0, 1);
            object(&mapping)
        };
        let names = [0, 1].map(one);
        matches!(&names, [Ok(one), Ok(other)] if one == other)
    });
    check!(again, "two segments in a row never had one object");
    Ok(())
}

/// Where the kernel has the object behind a mapping of this task: no other object is there as long as
/// this one lives.
fn place(address: u64) -> Answer<u64> {
    let region = vm::region(trap::mach_task_self(), address)?;
    let mut info = sys::vm_object_info_t::default();
    let (mut shadow, mut copy) = (0, 0);
    // SAFETY: the name is a right of ours, the others are valid out-pointers.
    check_kern(unsafe {
        sys::mig_k_mach_vm_object_info(region.object.name(), &mut info, &mut shadow, &mut copy)
    })?;
    for right in [shadow, copy] {
        // SAFETY: the kernel moved these rights to us.
        drop(unsafe { SendRight::from_raw(right) });
    }
    Ok(info.voi_object as u64)
}

fn no_other_users(ground: &Ground) -> Outcome {
    let mine = || -> Result<u64, alloc::string::String> {
        let segment = ground.segment(3 * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        mapping.write(0, 1);
        place(mapping.address()).told()
    };
    // It is kept, since it serves again.
    let mut kept = 0;
    let again = within(SOON, || {
        let places = (mine(), mine());
        matches!(places, (Ok(one), Ok(other)) if {
            kept = other;
            one == other
        })
    });
    check!(again, "two segments in a row never had one object");
    let stranger = ground.caller(4242, 4242)?;
    for pid in 92..96 {
        let client = ground.client(&stranger, pid, move |session, _| {
            let Ok(id) = session.get(0, 3 * PAGE, 0o600) else {
                return 1;
            };
            let Ok(attached) = session.attach(id, 0, 0) else {
                return 2;
            };
            write(attached.address, 1);
            let answer = match place(attached.address) {
                Ok(theirs) => i32::from(theirs == kept) * 3,
                Err(_) => 4,
            };
            let removed = session.remove(id);
            if removed.is_err() { 5 } else { answer }
        })?;
        client.returns(0)?;
    }
    check_eq!(mine()?, kept);
    Ok(())
}

/// Every word that a test writes: the first and the last of each page.
fn words(size: u64) -> impl Iterator<Item = u64> {
    (0..size / PAGE).flat_map(|page| [page * PAGE, page * PAGE + PAGE - 8])
}

/// Sees that a new segment is empty, and fills it.
fn fill(mapping: &Mapping<'_>, size: u64, seed: u64) -> Outcome {
    for offset in words(size) {
        check_eq!(mapping.read(offset), 0);
        mapping.write(offset, pattern(seed, offset));
    }
    check!(words(size).all(|offset| mapping.read(offset) == pattern(seed, offset)));
    Ok(())
}

fn zeros(ground: &Ground) -> Outcome {
    for round in 0..300 {
        // Larger and smaller by turns, some too large to be kept.
        let size = (1 + round * 89 % 300) * PAGE;
        let segment = ground.segment(size)?;
        let mapping = segment.attach(0, 0)?;
        fill(&mapping, size, round)?;
        if round % 2 == 0 {
            // Removed first: the detach is what destroys it.
            drop(segment);
            drop(mapping);
        }
    }
    Ok(())
}

fn zeros_after_kills(ground: &Ground) -> Outcome {
    for round in 0..20 {
        let size = (1 + round % 70) * PAGE;
        let segment = ground.segment(size)?;
        let mapping = segment.attach(0, 0)?;
        fill(&mapping, size, round)?;
        drop(mapping);
        let id = segment.id;
        let client = ground.client(&ground.root, 90, move |session, words| {
            let Ok(attached) = session.attach(id, 0, 0) else {
                return 1;
            };
            reach(&words[1], 1);
            for n in 1.. {
                for page in 0..size / PAGE {
                    write(attached.address + page * PAGE, pattern(n, page));
                }
            }
            0
        })?;
        client.reaches(1, 1)?;
        drop(segment);
        client.kill()?;
        let next = ground.segment(size)?;
        fill(&next.attach(0, 0)?, size, round + 100)?;
    }
    Ok(())
}

fn still_mapped(ground: &Ground) -> Outcome {
    const SIZE: u64 = 5 * PAGE;
    let segment = ground.segment(SIZE)?;
    let mapping = segment.attach(0, 0)?;
    fill(&mapping, SIZE, 1)?;
    let (old, at) = (object(&mapping)?, mapping.address());
    // It has the memory by inheritance, and the server has never heard of it.
    let client = ground.client(&ground.root, 91, move |_, words| {
        reach(&words[1], 1);
        if !reaches(&words[2], 1) {
            return 1;
        }
        let kept = |offset| read(at + offset) == pattern(1, offset);
        i32::from(!self::words(SIZE).all(kept))
    })?;
    client.reaches(1, 1)?;
    mapping.detach().told()?;
    drop(segment);
    for round in 0..20 {
        let segment = ground.segment(SIZE)?;
        let mapping = segment.attach(0, 0)?;
        check!(object(&mapping)? != old);
        fill(&mapping, SIZE, 2 + round)?;
    }
    reach(client.word(2), 1);
    client.returns(0)
}
