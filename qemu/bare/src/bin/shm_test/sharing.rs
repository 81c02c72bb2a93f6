// SPDX-License-Identifier: GPL-2.0-or-later
//! What an attachment is: memory that all who attach it share, where and how they asked for it.

use core::sync::atomic::Ordering;

use bare_rt::suite::{Outcome, Suite};
use bare_rt::task::Ending;
use bare_rt::{check, check_eq};
use gnumach::{sys, trap};
use shm::wire::defs::{SYSVSHM_EXEC, SYSVSHM_RDONLY, SYSVSHM_REMAP, SYSVSHM_RND};

use crate::ground::{
    Ground, PAGE, SOON, Told, check_refused, pattern, reach, reaches, read, write,
};
use crate::vm::{self, EXECUTE, READ, Task, WRITE};

/// Where user space ends.
const TOP: u64 = 1 << 47;

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test("a task sees at once what another task writes", tasks_share);
    test(
        "two attachments of one task lie apart and show the same bytes",
        two_mappings,
    );
    test("content outlives the last detach", content_outlives_detach);
    test(
        "a new segment is zero to its last byte, whatever was destroyed before",
        fresh_is_zero,
    );
    test(
        "the tail of the last page is shared, and the size stays exact",
        tail_is_shared,
    );
    test(
        "only what is touched of a large segment takes memory",
        large_is_sparse,
    );
    test(
        "a write through a read-only attachment ends the writer",
        read_only_faults,
    );
    test(
        "nobody makes a read-only attachment writable",
        read_only_stays,
    );
    test(
        "mprotect of a read-write attachment may do what it wants",
        protect_and_back,
    );
    test(
        "SHM_EXEC attaches executable, and instructions run there",
        executable,
    );
    test(
        "a task made with inheritance shares, and holds the memory after removal",
        inheritance,
    );
    test(
        "attach at a fixed address is exactly there or fails",
        fixed_address,
    );
    test("SHM_RND rounds down, and never to page zero", rounding);
    test("the system never picks page zero", never_page_zero);
    test(
        "a fixed range that is in use is refused, inaccessible pages included",
        occupied,
    );
    test(
        "a range that wraps or leaves user space is refused",
        wrapping,
    );
    test(
        "SHM_REMAP replaces what is there, and counts what it replaced as detached",
        remap,
    );
    test("a failing SHM_REMAP leaves what was there", failed_remap);
    test(
        "an attachment over itself stays one attachment",
        remap_over_itself,
    );
    test(
        "detach removes what partial unmapping left",
        detach_after_holes,
    );
    test("detach spares a foreign page over the middle", foreign_page);
    test(
        "detach removes every piece that mprotect made",
        detach_after_protect,
    );
    test(
        "detach of nothing, of the inside and of what is unmapped is refused",
        detach_refused,
    );
    test(
        "of two attachments of one segment detach removes the one it names",
        detach_is_exact,
    );
    test(
        "pages given back by the kernel come back intact",
        given_back,
    );
    test(
        "pages the kernel was told to drop read as zeros or as last given back",
        dropped,
    );
}

fn tasks_share(ground: &Ground) -> Outcome {
    let segment = ground.segment(3 * PAGE)?;
    let here = segment.attach(0, 0)?;
    let id = segment.id;
    let client = ground.client(&ground.root, 20, move |session, words| {
        let Ok(there) = session.attach(id, 0, 0) else {
            return 1;
        };
        for round in 1..=50 {
            if !reaches(&words[1], round) {
                return 2;
            }
            let at = there.address + u64::from(round % 3) * PAGE;
            if read(at) != pattern(1, round.into()) {
                return 3;
            }
            write(at, pattern(2, round.into()));
            reach(&words[2], round);
        }
        0
    })?;
    for round in 1..=50 {
        here.write(u64::from(round % 3) * PAGE, pattern(1, round.into()));
        reach(client.word(1), round);
        client.reaches(2, round)?;
        check_eq!(
            here.read(u64::from(round % 3) * PAGE),
            pattern(2, round.into())
        );
    }
    client.returns(0)
}

fn two_mappings(ground: &Ground) -> Outcome {
    let segment = ground.segment(2 * PAGE)?;
    let (one, two) = (segment.attach(0, 0)?, segment.attach(SYSVSHM_RDONLY, 0)?);
    check!(one.address().abs_diff(two.address()) >= 2 * PAGE);
    check_eq!((one.size(), two.size()), (2 * PAGE, 2 * PAGE));
    one.write(PAGE, 42);
    check_eq!(two.read(PAGE), 42);
    check_eq!(segment.nattch()?, 2);
    one.detach().told()?;
    check_eq!(two.read(PAGE), 42);
    check_eq!(segment.nattch()?, 1);
    Ok(())
}

fn content_outlives_detach(ground: &Ground) -> Outcome {
    let pages = 150;
    let segment = ground.segment(pages * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    for page in 0..pages {
        mapping.write(page * PAGE + 8, pattern(3, page));
    }
    mapping.detach().told()?;
    let mapping = segment.attach(SYSVSHM_RDONLY, 0)?;
    for page in 0..pages {
        check_eq!(mapping.read(page * PAGE + 8), pattern(3, page));
    }
    Ok(())
}

fn fresh_is_zero(ground: &Ground) -> Outcome {
    let pages = 100;
    for round in 0..3 {
        let segment = ground.segment(pages * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        for offset in (0..pages * PAGE).step_by(8) {
            check!(
                mapping.read(offset) == 0,
                "round {round}, offset {offset:#x}"
            );
        }
        for offset in (0..pages * PAGE).step_by(8) {
            mapping.write(offset, pattern(round, offset));
        }
    }
    Ok(())
}

fn tail_is_shared(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE + 1)?;
    let (one, two) = (segment.attach(0, 0)?, segment.attach(0, 0)?);
    check_eq!(one.size(), 2 * PAGE);
    check_eq!(ground.root.stat(segment.id).told()?.segsz, PAGE + 1);
    check_eq!(one.read(2 * PAGE - 8), 0);
    one.write(2 * PAGE - 8, 7);
    check_eq!(two.read(2 * PAGE - 8), 7);
    let last = vm::region(trap::mach_task_self(), one.address()).told()?;
    check_eq!(
        (last.address, last.size, last.offset),
        (one.address(), 2 * PAGE, 0)
    );
    Ok(())
}

fn large_is_sparse(ground: &Ground) -> Outcome {
    let size = 200 << 20;
    let before = vm::free_pages();
    let segment = ground.segment(size)?;
    let mapping = segment.attach(0, 0)?;
    for offset in [0, size / 2, size - 8] {
        mapping.write(offset, pattern(4, offset));
    }
    for offset in [0, size / 2, size - 8] {
        check_eq!(mapping.read(offset), pattern(4, offset));
    }
    let taken = before - vm::free_pages();
    check!(taken < 600, "{taken} pages for three");
    Ok(())
}

fn read_only_faults(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let here = segment.attach(0, 0)?;
    here.write(0, 5);
    let id = segment.id;
    let client = ground.client(&ground.root, 21, move |session, words| {
        let Ok(there) = session.attach(id, SYSVSHM_RDONLY, 0) else {
            return 1;
        };
        if read(there.address) != 5 {
            return 2;
        }
        words[2].store((there.address >> 32) as u32, Ordering::Relaxed);
        words[1].store(there.address as u32, Ordering::Relaxed);
        write(there.address, 6);
        3
    })?;
    let ended = client.child.wait(SOON);
    let Ok(Ending::Exception {
        kind,
        code,
        subcode,
    }) = ended
    else {
        return Err(alloc::format!("no exception but {ended:?}"));
    };
    check_eq!(
        (kind as u32, code),
        (sys::EXC_BAD_ACCESS, sys::KERN_PROTECTION_FAILURE)
    );
    let word = |n: usize| u64::from(client.word(n).load(Ordering::Relaxed));
    check_eq!(subcode as u64, word(2) << 32 | word(1));
    check_eq!(here.read(0), 5);
    check_eq!(segment.nattch()?, 1);
    Ok(())
}

fn read_only_stays(ground: &Ground) -> Outcome {
    let segment = ground.segment(2 * PAGE)?;
    let mapping = segment.attach(SYSVSHM_RDONLY, 0)?;
    let (task, at) = (trap::mach_task_self(), mapping.address());
    let region = vm::region(task, at).told()?;
    check_eq!(
        (region.protection, region.max_protection),
        (READ, READ | EXECUTE)
    );
    check_eq!(
        region.inheritance,
        sys::VM_INHERIT_SHARE as sys::vm_inherit_t
    );
    for (maximum, protection) in [(false, READ | WRITE), (true, READ | WRITE), (false, WRITE)] {
        let _ = vm::protect(task, at, PAGE, maximum, protection);
        let region = vm::region(task, at).told()?;
        check!(region.protection & WRITE == 0, "{maximum} {protection}");
        check!(region.max_protection & WRITE == 0, "{maximum} {protection}");
    }
    let refused = vm::protect(task, at, 2 * PAGE, false, READ | WRITE);
    check!(refused.is_err_and(|error| error.is(sys::KERN_PROTECTION_FAILURE)));
    Ok(())
}

fn protect_and_back(ground: &Ground) -> Outcome {
    let segment = ground.segment(4 * PAGE)?;
    let (mapping, other) = (segment.attach(0, 0)?, segment.attach(0, 0)?);
    let (task, at) = (trap::mach_task_self(), mapping.address());
    for page in 0..4 {
        mapping.write(page * PAGE, pattern(5, page));
    }
    for protection in [
        0,
        READ,
        READ | EXECUTE,
        READ | WRITE | EXECUTE,
        READ | WRITE,
    ] {
        vm::protect(task, at + PAGE, PAGE, false, protection).told()?;
        check_eq!(vm::region(task, at + PAGE).told()?.protection, protection);
    }
    for page in 0..4 {
        check_eq!(mapping.read(page * PAGE), pattern(5, page));
        mapping.write(page * PAGE, pattern(6, page));
        check_eq!(other.read(page * PAGE), pattern(6, page));
    }
    check_eq!(segment.nattch()?, 2);
    mapping.detach().told()?;
    check_eq!(segment.nattch()?, 1);
    Ok(())
}

fn executable(ground: &Ground) -> Outcome {
    let segment = ground.segment_with(PAGE, 0o700)?;
    let (code, plain) = (
        segment.attach(SYSVSHM_RDONLY | SYSVSHM_EXEC, 0)?,
        segment.attach(0, 0)?,
    );
    let task = trap::mach_task_self();
    check_eq!(
        vm::region(task, code.address()).told()?.protection,
        READ | EXECUTE
    );
    check_eq!(
        vm::region(task, plain.address()).told()?.protection,
        READ | WRITE
    );
    // mov eax, 42; ret
    plain.write(0, 0xc300_0000_2ab8);
    // SAFETY: the segment holds these two instructions, a function without arguments.
    let answer: extern "C" fn() -> u32 = unsafe { core::mem::transmute(code.address()) };
    check_eq!(answer(), 42);
    // The mode's x bit is for SHM_EXEC alone.
    let stranger = ground.caller(7, 7)?;
    ground.root.set(segment.id, 7, 7, 0o600).told()?;
    check_refused!(stranger.attach(segment.id, SYSVSHM_EXEC, 0), EACCES);
    Ok(())
}

fn inheritance(ground: &Ground) -> Outcome {
    let segment = ground.segment(70 * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    mapping.write(0, 1);
    let at = mapping.address();
    let client = ground.client(&ground.root, 22, move |_, words| {
        for page in 0..70 {
            write(at + page * PAGE, pattern(7, page));
        }
        reach(&words[1], 1);
        if !reaches(&words[2], 1) {
            return 1;
        }
        i32::from((0..70).any(|page| read(at + page * PAGE) != pattern(8, page)))
    })?;
    client.reaches(1, 1)?;
    for page in 0..70 {
        check_eq!(mapping.read(page * PAGE), pattern(7, page));
        mapping.write(page * PAGE, pattern(8, page));
    }
    // The server knows of one attachment only. With that and the segment gone, the child's
    // memory still has its content, from the cluster never touched before too.
    mapping.detach().told()?;
    let id = segment.id;
    drop(segment);
    check_refused!(ground.root.stat(id), EINVAL);
    reach(client.word(2), 1);
    client.returns(0)?;
    ground.answers()
}

fn fixed_address(ground: &Ground) -> Outcome {
    let segment = ground.segment(3 * PAGE)?;
    let at = vm::hole(3).told()?;
    let mapping = segment.attach(0, at)?;
    check_eq!(mapping.address(), at);
    mapping.write(2 * PAGE, 9);
    mapping.detach().told()?;
    // High up in user space, where nothing ever is.
    let high = 0x7000_0000_0000;
    let mapping = segment.attach(SYSVSHM_RDONLY, high)?;
    check_eq!((mapping.address(), mapping.read(2 * PAGE)), (high, 9));
    check_refused!(ground.root.attach(segment.id, 0, high + 1), EINVAL);
    check_eq!(segment.nattch()?, 1);
    Ok(())
}

fn rounding(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let at = vm::hole(1).told()?;
    let mapping = segment.attach(SYSVSHM_RND, at + PAGE - 1)?;
    check_eq!(mapping.address(), at);
    let mapping = segment.attach(SYSVSHM_RND, 0)?;
    check!(mapping.address() != 0);
    for address in [1, PAGE - 1] {
        check_refused!(ground.root.attach(segment.id, SYSVSHM_RND, address), EPERM);
        let flags = SYSVSHM_RND | SYSVSHM_REMAP;
        check_refused!(ground.root.attach(segment.id, flags, address), EINVAL);
    }
    Ok(())
}

fn never_page_zero(ground: &Ground) -> Outcome {
    let segment = ground.segment(2 * PAGE)?;
    // Nothing is mapped here, and the kernel picks the lowest range.
    let task = Task::empty().told()?;
    let one = ground
        .root
        .attach_to(task.name(), segment.id, 0, 0)
        .told()?;
    let two = ground
        .root
        .attach_to(task.name(), segment.id, SYSVSHM_RND, 0)
        .told()?;
    check!(one.address >= PAGE && two.address >= PAGE && one.address != two.address);
    check!(!vm::is_mapped(task.name(), 0));
    check_eq!(segment.nattch()?, 2);
    ground.root.detach_from(task.name(), one.address).told()?;
    ground.root.detach_from(task.name(), two.address).told()?;
    check_eq!(segment.nattch()?, 0);
    check!(vm::region(task.name(), 0).is_err(), "something is left");
    Ok(())
}

fn occupied(ground: &Ground) -> Outcome {
    let task = trap::mach_task_self();
    let segment = ground.segment(3 * PAGE)?;
    let at = vm::hole(3).told()?;
    for page in 0..3 {
        for protection in [READ | WRITE, 0] {
            vm::allocate(task, at + page * PAGE, PAGE).told()?;
            vm::protect(task, at + page * PAGE, PAGE, false, protection).told()?;
            check_refused!(ground.root.attach(segment.id, 0, at), EINVAL);
            let left = vm::region(task, at + page * PAGE).told()?;
            check_eq!((left.size, left.protection), (PAGE, protection));
            vm::deallocate(task, at + page * PAGE, PAGE).told()?;
        }
    }
    let ds = ground.root.stat(segment.id).told()?;
    check_eq!((ds.nattch, ds.atime, ds.lpid), (0, 0, 0));
    Ok(())
}

fn wrapping(ground: &Ground) -> Outcome {
    let segment = ground.segment(2 * PAGE)?;
    let top = 0_u64.wrapping_sub(PAGE);
    check_refused!(ground.root.attach(segment.id, 0, top), EINVAL);
    check_refused!(ground.root.attach(segment.id, SYSVSHM_REMAP, top), ENOMEM);
    for address in [TOP, TOP + PAGE, 0xffff_8000_0000_0000] {
        for flags in [0, SYSVSHM_REMAP] {
            check_refused!(ground.root.attach(segment.id, flags, address), ENOMEM);
        }
    }
    // This task's first stack ends where user space ends. That the range is in use is told
    // before that it does not fit.
    check!(vm::is_mapped(trap::mach_task_self(), TOP - PAGE));
    check_refused!(ground.root.attach(segment.id, 0, TOP - PAGE), EINVAL);
    check_eq!(segment.nattch()?, 0);
    // More than an address map holds: creating it is the machine's matter, attaching is ours.
    let id = ground.root.get(0, 1 << 47, 0o10_600).told()?;
    let answer = ground.root.attach(id, 0, 0);
    ground.root.remove(id).told()?;
    check_refused!(answer, ENOMEM);
    Ok(())
}

fn remap(ground: &Ground) -> Outcome {
    let task = trap::mach_task_self();
    let (old, new) = (ground.segment(2 * PAGE)?, ground.segment(2 * PAGE)?);
    let at = vm::hole(2).told()?;
    vm::allocate(task, at + PAGE, PAGE).told()?;
    let first = old.attach(SYSVSHM_REMAP, at)?;
    first.write(PAGE, 1);
    check_eq!((old.nattch()?, new.nattch()?), (1, 0));
    let second = new.attach(SYSVSHM_REMAP, at)?;
    check_eq!(second.read(PAGE), 0);
    check_eq!((old.nattch()?, new.nattch()?), (0, 1));
    check_refused!(ground.root.attach(new.id, SYSVSHM_REMAP, 0), EINVAL);
    second.detach().told()?;
    // Its range was the other's, and is nobody's now.
    check_refused!(first.detach(), EINVAL);
    // Half of an attachment replaced: both are attached, each where it still is.
    let first = old.attach(0, at)?;
    let second = new.attach(SYSVSHM_REMAP, at + PAGE)?;
    check_eq!((old.nattch()?, new.nattch()?), (1, 1));
    second.write(0, 77);
    first.detach().told()?;
    check_eq!(second.read(0), 77);
    check_eq!((old.nattch()?, new.nattch()?), (0, 1));
    Ok(())
}

fn failed_remap(ground: &Ground) -> Outcome {
    let task = Task::empty().told()?;
    let segment = ground.segment(2 * PAGE)?;
    let attach = |flags, address| {
        ground
            .root
            .attach_to(task.name(), segment.id, flags, address)
    };
    check_refused!(attach(0, TOP - PAGE), ENOMEM);
    vm::allocate(task.name(), TOP - PAGE, PAGE).told()?;
    check_refused!(attach(0, TOP - PAGE), EINVAL);
    check_refused!(attach(SYSVSHM_REMAP, TOP - PAGE), ENOMEM);
    check!(
        vm::is_mapped(task.name(), TOP - PAGE),
        "the page that was there is gone"
    );
    check_eq!(
        attach(SYSVSHM_REMAP, TOP - 2 * PAGE).told()?.address,
        TOP - 2 * PAGE
    );
    check_eq!(segment.nattch()?, 1);
    Ok(())
}

fn remap_over_itself(ground: &Ground) -> Outcome {
    let segment = ground.segment(2 * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    mapping.write(0, 3);
    let again = segment.attach(SYSVSHM_REMAP | SYSVSHM_RDONLY, mapping.address())?;
    check_eq!((again.address(), again.read(0)), (mapping.address(), 3));
    check_eq!(segment.nattch()?, 1);
    again.detach().told()?;
    check_eq!(segment.nattch()?, 0);
    check_refused!(mapping.detach(), EINVAL);
    Ok(())
}

/// Unmaps pages of an attachment of eight, and tells what detach leaves.
fn punched(ground: &Ground, holes: &[(u64, u64)]) -> Outcome {
    let task = trap::mach_task_self();
    let segment = ground.segment(8 * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let at = mapping.address();
    for (first, count) in holes {
        vm::deallocate(task, at + first * PAGE, count * PAGE).told()?;
    }
    check_eq!(segment.nattch()?, 1);
    mapping.detach().told()?;
    for page in 0..8 {
        check!(
            !vm::is_mapped(task, at + page * PAGE),
            "page {page} is left"
        );
    }
    check_eq!(segment.nattch()?, 0);
    Ok(())
}

fn detach_after_holes(ground: &Ground) -> Outcome {
    for holes in [
        &[(3, 1)][..],
        &[(0, 2)],
        &[(6, 2)],
        &[(0, 1), (2, 1), (4, 1), (6, 1)],
        &[(0, 7)],
    ] {
        punched(ground, holes)?;
    }
    Ok(())
}

fn foreign_page(ground: &Ground) -> Outcome {
    let task = trap::mach_task_self();
    let segment = ground.segment(8 * PAGE)?;
    let other = ground.segment(PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let at = mapping.address();
    // Anonymous memory, another segment, and the same segment at another offset.
    vm::deallocate(task, at + 2 * PAGE, 3 * PAGE).told()?;
    vm::allocate(task, at + 2 * PAGE, PAGE).told()?;
    write(at + 2 * PAGE, 11);
    let second = other.attach(0, at + 3 * PAGE)?;
    second.write(0, 12);
    let whole = segment.attach(SYSVSHM_REMAP, at + 5 * PAGE)?;
    whole.write(0, 13);
    check_eq!(segment.nattch()?, 2);
    mapping.detach().told()?;
    check_eq!(
        (read(at + 2 * PAGE), second.read(0), whole.read(0)),
        (11, 12, 13)
    );
    for page in [0, 1, 4] {
        check!(
            !vm::is_mapped(task, at + page * PAGE),
            "page {page} is left"
        );
    }
    check_eq!((segment.nattch()?, other.nattch()?), (1, 1));
    vm::deallocate(task, at + 2 * PAGE, PAGE).told()?;
    whole.detach().told()?;
    check_eq!(segment.nattch()?, 0);
    Ok(())
}

fn detach_after_protect(ground: &Ground) -> Outcome {
    let task = trap::mach_task_self();
    let segment = ground.segment(8 * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let at = mapping.address();
    for page in [1, 3, 6] {
        mapping.write(page * PAGE, 1);
        vm::protect(
            task,
            at + page * PAGE,
            PAGE,
            false,
            if page == 3 { 0 } else { READ },
        )
        .told()?;
    }
    // And pieces that an out-of-line message made.
    drop(vm::copy_of(task, at + 4 * PAGE, 2 * PAGE).told()?);
    check_eq!(segment.nattch()?, 1);
    mapping.detach().told()?;
    for page in 0..8 {
        check!(
            !vm::is_mapped(task, at + page * PAGE),
            "page {page} is left"
        );
    }
    check_eq!(segment.nattch()?, 0);
    Ok(())
}

fn detach_refused(ground: &Ground) -> Outcome {
    let task = trap::mach_task_self();
    let segment = ground.segment(2 * PAGE)?;
    check_refused!(ground.root.detach(0), EINVAL);
    let mapping = segment.attach(0, 0)?;
    let at = mapping.address();
    for address in [0, at + 1, at + PAGE, at - PAGE, u64::MAX, at | 1 << 63] {
        check_refused!(ground.root.detach(address), EINVAL);
    }
    check_eq!(segment.nattch()?, 1);
    // All of it unmapped, and something else put there.
    vm::deallocate(task, at, 2 * PAGE).told()?;
    vm::allocate(task, at, 2 * PAGE).told()?;
    write(at, 4);
    check_refused!(mapping.detach(), EINVAL);
    check_eq!(read(at), 4);
    check_eq!(segment.nattch()?, 0);
    vm::deallocate(task, at, 2 * PAGE).told()?;
    check_refused!(ground.root.detach(at), EINVAL);
    Ok(())
}

fn detach_is_exact(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let (one, two, three) = (
        segment.attach(0, 0)?,
        segment.attach(0, 0)?,
        segment.attach(0, 0)?,
    );
    let task = trap::mach_task_self();
    let middle = two.address();
    two.detach().told()?;
    check!(!vm::is_mapped(task, middle));
    check!(vm::is_mapped(task, one.address()) && vm::is_mapped(task, three.address()));
    check_eq!(segment.nattch()?, 2);
    check_refused!(ground.root.detach(middle), EINVAL);
    Ok(())
}

fn given_back(ground: &Ground) -> Outcome {
    let pages = 130;
    let segment = ground.segment(pages * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let object = vm::region(trap::mach_task_self(), mapping.address())
        .told()?
        .object;
    let before = ground.root.info().told()?.shm_swp;
    for round in 0..3 {
        for page in 0..pages {
            mapping.write(page * PAGE + 16, pattern(round, page));
        }
        vm::sync(&object, 0, pages * PAGE, true, true).told()?;
        let stored = || {
            ground
                .root
                .info()
                .is_ok_and(|info| info.shm_swp == before + pages)
        };
        check!(
            crate::ground::within(SOON, stored),
            "{:?}",
            ground.root.info()
        );
        check_eq!(ground.root.stat(segment.id).told()?.swap, pages * PAGE);
        for page in (0..pages).rev() {
            check_eq!(mapping.read(page * PAGE + 16), pattern(round, page));
        }
        // What came back is with the kernel alone, not there and here.
        let ds = ground.root.stat(segment.id).told()?;
        check_eq!((ds.swap, ds.rss), (0, pages * PAGE));
    }
    // Cleaned, but kept by the kernel: then its copy is older than what is written next.
    mapping.write(16, 1);
    vm::sync(&object, 0, pages * PAGE, false, true).told()?;
    mapping.write(16, 2);
    check_eq!(mapping.read(16), 2);
    vm::sync(&object, 0, pages * PAGE, true, true).told()?;
    check_eq!(mapping.read(16), 2);
    check_eq!(mapping.read(PAGE + 16), pattern(2, 1));
    Ok(())
}

/// The name of an object, which `vm_region` gives to everybody who maps it, lets its holder
/// have the kernel drop pages unwritten: msync(2) with MS_INVALIDATE alone does so. The
/// server is not asked and cannot prevent it; it goes on with what it has.
fn dropped(ground: &Ground) -> Outcome {
    // Of the second two pages the kernel keeps no existence map.
    let pages = 130;
    let segment = ground.segment(pages * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let object = vm::region(trap::mach_task_self(), mapping.address())
        .told()?
        .object;
    for first in [0, (pages - 2) * PAGE] {
        let second = first + PAGE;
        mapping.write(first, 1);
        vm::sync(&object, first, PAGE, true, true).told()?;
        check_eq!(mapping.read(first), 1);
        mapping.write(second, 2);
        vm::sync(&object, first, 2 * PAGE, true, false).told()?;
        check!([0, 1].contains(&mapping.read(first)));
        check_eq!(mapping.read(second), 0);
        mapping.write(second, 3);
        check_eq!(mapping.read(second), 3);
    }
    ground.answers()
}
