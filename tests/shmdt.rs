// SPDX-License-Identifier: GPL-2.0-or-later
//! shmdt(2): what goes, what stays, and what a damaged attachment comes to.
//!
//! Linux counts the pieces of an attachment that munmap(2) or mprotect(2) split; others count
//! attachments. Where they differ a test wants what both must give: the count after the detach, and
//! that no foreign memory is touched.

mod support;

use libc::{PROT_NONE, PROT_READ, PROT_WRITE};
use std::ptr;
use support::client::{self, Errno, SHM_RDONLY};
use support::memory::{peek, poke, protect, unmap};
use support::process::{Child, faults, in_child};
use support::{
    Attachment, Ids, Mapping, Segment, detach, exists, far, is_recent, nattch, now, page, pid,
};

/// Pages of the segment in the tests of damage.
const PAGES: usize = 8;

/// A segment of eight pages, attached far from everything, each page marked with its number.
fn marked() -> (Segment, Attachment) {
    let segment = Segment::new(PAGES * page());
    let attachment = segment.attach_at(far(PAGES * page()), 0).expect("shmat");
    for number in 0..PAGES {
        attachment.write(number * page(), number as u8);
    }
    (segment, attachment)
}

/// Whether nothing is mapped at these pages of a range: any mapping would refuse an attach.
fn is_free(base: *mut u8, pages: std::ops::Range<usize>) -> bool {
    let probe = Segment::new(page());
    pages.into_iter().all(|number| {
        let place = base.wrapping_add(number * page());
        let free = probe.attach_at(place, 0).is_ok();
        free && probe.nattch() == 0
    })
}

/// Whether the pages are all shared with the segment: a byte written here is read there.
fn maps(segment: &Segment, base: *mut u8, pages: impl IntoIterator<Item = usize>) -> bool {
    let elsewhere = segment.attach();
    pages.into_iter().all(|number| {
        let offset = number * page() + 1;
        let mark = elsewhere.read(offset).wrapping_add(1);
        elsewhere.write(offset, mark);
        peek(base.wrapping_add(offset)) == mark
    })
}

/// shmdt(2): "detaches the shared memory segment located at the address specified by shmaddr".
#[test]
fn detach_unmaps_the_memory() {
    turn!();
    let segment = Segment::new(3 * page());
    let base = segment.attach_at(far(3 * page()), 0).expect("shmat").leak();
    poke(base, 1);
    assert_eq!(detach(base), Ok(()));
    for number in 0..3 {
        assert!(faults(|| assert_eq!(
            peek(base.wrapping_add(number * page())),
            0
        )));
    }
    assert!(is_free(base, 0..3));
}

/// shmdt(2): "On a successful shmdt() call, the system updates the members of the shmid_ds": time,
/// process id, count; and no other.
#[test]
fn detach_updates_dtime_lpid_and_nattch_only() {
    turn!();
    let segment = Segment::new(1);
    let attachment = segment.attach();
    let attached = segment.stat();
    assert_eq!(attached.shm_dtime, 0);
    let before = now();
    attachment.detach();
    let detached = segment.stat();
    assert!(is_recent(detached.shm_dtime, before));
    assert_eq!((detached.shm_lpid, detached.nattch()), (pid(), 0));
    let mut rest = detached;
    rest.shm_dtime = attached.shm_dtime;
    rest.shm_lpid = attached.shm_lpid;
    rest.shm_nattch = attached.shm_nattch;
    assert_eq!(rest, attached);
}

/// shmdt(2): `shm_lpid` becomes the process that detached, not the one that attached last.
#[test]
fn detach_in_another_process_sets_lpid() {
    turn!();
    let segment = Segment::new(1);
    let child = Child::fork(|link| {
        let attachment = segment.attach();
        link.send(());
        link.pause();
        attachment.detach();
        link.send(());
        link.pause();
    });
    child.recv::<()>();
    let mine = segment.attach();
    assert_eq!(segment.stat().shm_lpid, pid());
    child.go();
    child.recv::<()>();
    assert_eq!(
        (segment.stat().shm_lpid, segment.nattch()),
        (child.pid(), 1)
    );
    child.go();
    child.done();
    mine.detach();
    assert_eq!(segment.stat().shm_lpid, pid());
}

/// shmdt(2), EINVAL: "shmaddr is not aligned on a page boundary".
#[test]
fn unaligned_address_is_einval() {
    turn!();
    let segment = Segment::new(page());
    let attachment = segment.attach();
    for offset in [1, 8, page() - 1] {
        assert_eq!(detach(attachment.at(offset)), Err(Errno::EINVAL));
    }
    assert_eq!(segment.nattch(), 1);
}

/// shmdt(2), EINVAL: "There is no shared memory segment attached at shmaddr": null.
#[test]
fn null_address_is_einval() {
    turn!();
    let segment = Segment::new(page());
    let _attachment = segment.attach();
    assert_eq!(detach(ptr::null()), Err(Errno::EINVAL));
    assert_eq!(segment.nattch(), 1);
}

/// shmdt(2), EINVAL: "The to-be-detached segment must be currently attached with shmaddr equal to
/// the value returned by the attaching shmat() call": no page but the first will do.
#[test]
fn interior_address_is_einval_and_detaches_nothing() {
    turn!();
    let (segment, attachment) = marked();
    for number in 1..PAGES {
        assert_eq!(
            detach(attachment.at(number * page())),
            Err(Errno::EINVAL),
            "page {number}"
        );
    }
    assert_eq!(segment.nattch(), 1);
    assert!(maps(&segment, attachment.base(), 0..PAGES));
}

/// shmdt(2), EINVAL: the address just behind an attachment is none.
#[test]
fn end_address_is_einval() {
    turn!();
    let (segment, attachment) = marked();
    assert_eq!(detach(attachment.at(PAGES * page())), Err(Errno::EINVAL));
    assert_eq!(segment.nattch(), 1);
}

/// shmdt(2), EINVAL: once is enough.
#[test]
fn second_detach_is_einval() {
    turn!();
    let segment = Segment::new(page());
    let base = segment.attach_at(far(page()), 0).expect("shmat").leak();
    assert_eq!(detach(base), Ok(()));
    assert_eq!(detach(base), Err(Errno::EINVAL));
    assert_eq!(segment.nattch(), 0);
}

/// shmdt(2), EINVAL: other memory is not a segment, and stays.
#[test]
fn memory_that_is_no_segment_is_einval_and_survives() {
    turn!();
    let memory = Mapping::far(2 * page());
    poke(memory.base(), 9);
    assert_eq!(detach(memory.base()), Err(Errno::EINVAL));
    assert_eq!(peek(memory.base()), 9);
}

/// shmdt(2): one call ends one attachment, the others stay.
#[test]
fn one_of_several_attachments_goes() {
    turn!();
    let segment = Segment::new(page());
    let (one, two, three) = (
        segment.attach(),
        segment.attach_readonly(),
        segment.attach(),
    );
    one.write(0, 3);
    two.detach();
    assert_eq!(segment.nattch(), 2);
    assert_eq!((one.read(0), three.read(0)), (3, 3));
    one.detach();
    assert_eq!((segment.nattch(), three.read(0)), (1, 3));
}

/// shmdt(2): neighbours that touch are still two attachments.
#[test]
fn adjacent_attachments_are_detached_one_by_one() {
    turn!();
    let segment = Segment::new(2 * page());
    let place = far(6 * page());
    let places = [0, 2, 4].map(|number| place.wrapping_add(number * page()));
    for place in places {
        segment.attach_at(place, 0).expect("shmat").leak();
    }
    assert_eq!(segment.nattch(), 3);
    assert_eq!(detach(places[1]), Ok(()));
    assert_eq!(segment.nattch(), 2);
    assert!(is_free(place, 2..4));
    poke(places[0], 1);
    assert_eq!(peek(places[2]), 1);
    assert_eq!(detach(places[0]), Ok(()));
    assert_eq!(detach(places[2]), Ok(()));
    assert_eq!(segment.nattch(), 0);
}

/// shmdt(2) has no EACCES: neither a mode nor an identity keeps an attachment.
#[test]
fn detach_needs_no_permission() {
    turn!();
    needs_root!();
    let segment = Segment::new(page());
    let detached = in_child(|| {
        let base = segment.attach().leak();
        assert_eq!(client::set(segment.id(), 0, 0, 0), Ok(()));
        Ids::user(0).assume();
        detach(base)
    });
    assert_eq!(detached, Ok(()));
    assert_eq!(segment.nattch(), 0);
}

/// shmdt(2), NOTES: "After a fork(2), the child inherits the attached shared memory segments", and
/// detaches its own.
#[test]
fn inherited_attachment_is_detached_by_the_child_alone() {
    turn!();
    let segment = Segment::new(page());
    let attachment = segment.attach();
    attachment.write(0, 4);
    let in_the_child = in_child(|| (detach(attachment.base()), nattch(segment.id())));
    assert_eq!(in_the_child, (Ok(()), 1));
    assert_eq!((segment.nattch(), attachment.read(0)), (1, 4));
}

/// shmdt(2): and the parent's detach leaves the child's.
#[test]
fn parent_detaches_and_the_child_keeps_its_own() {
    turn!();
    let segment = Segment::new(page());
    let attachment = segment.attach();
    let place = attachment.base();
    let child = Child::fork(|link| {
        link.pause();
        poke(place, 6);
        link.send(detach(place));
    });
    attachment.detach();
    assert_eq!(segment.nattch(), 1);
    child.go();
    assert_eq!(child.recv::<Result<(), Errno>>(), Ok(()));
    assert_eq!(segment.nattch(), 0);
    assert_eq!(segment.attach().read(0), 6);
    child.done();
}

/// shmdt(2): any thread detaches what another attached.
#[test]
fn another_thread_detaches() {
    turn!();
    let segment = Segment::new(page());
    let place = segment.attach().leak().addr();
    let detached = std::thread::scope(|scope| {
        scope
            .spawn(|| detach(ptr::without_provenance(place)))
            .join()
            .expect("a thread")
    });
    assert_eq!((detached, segment.nattch()), (Ok(()), 0));
}

/// shmctl(2), IPC_RMID: "The segment will actually be destroyed only after the last process
/// detaches it", and then at once.
#[test]
fn last_detach_destroys_a_removed_segment() {
    turn!();
    let segment = Segment::new(page());
    let (one, two) = (segment.attach(), segment.attach());
    segment.remove();
    one.detach();
    assert!(exists(segment.id()));
    two.detach();
    assert!(!exists(segment.id()));
}

/// shmdt(2): a segment that was not removed stays, with what is in it.
#[test]
fn last_detach_keeps_a_segment_that_was_not_removed() {
    turn!();
    let segment = Segment::new(5 * page());
    let attachment = segment.attach();
    attachment.fill(0x3c);
    attachment.detach();
    assert_eq!(segment.nattch(), 0);
    assert!(segment.attach().is_all(0x3c));
}

/// shmdt(2) after munmap(2) of a page in the middle: all other pages go, and the whole count.
#[test]
fn detach_after_munmap_of_the_middle_takes_the_rest() {
    turn!();
    let (segment, attachment) = marked();
    assert_eq!(unmap(attachment.at(3 * page()), page()), Ok(()));
    let base = attachment.leak();
    assert!((1..=2).contains(&segment.nattch()));
    assert!(maps(&segment, base, [0, 1, 2, 4, 5, 6, 7]));
    assert_eq!(detach(base), Ok(()));
    assert_eq!(segment.nattch(), 0);
    assert!(is_free(base, 0..PAGES));
}

/// shmdt(2) after munmap(2) of the first pages: the attachment still starts where it did.
#[test]
fn detach_after_munmap_of_the_head_still_takes_the_old_address() {
    turn!();
    let (segment, attachment) = marked();
    assert_eq!(unmap(attachment.base(), 2 * page()), Ok(()));
    let base = attachment.leak();
    assert_eq!(segment.nattch(), 1);
    assert_eq!(detach(base.wrapping_add(2 * page())), Err(Errno::EINVAL));
    assert!(maps(&segment, base, 2..PAGES));
    assert_eq!(detach(base), Ok(()));
    assert_eq!(segment.nattch(), 0);
    assert!(is_free(base, 0..PAGES));
}

/// shmdt(2) after munmap(2) of the last pages.
#[test]
fn detach_after_munmap_of_the_tail_takes_the_rest() {
    turn!();
    let (segment, attachment) = marked();
    assert_eq!(unmap(attachment.at(5 * page()), 3 * page()), Ok(()));
    let base = attachment.leak();
    assert_eq!(segment.nattch(), 1);
    assert!(maps(&segment, base, 0..5));
    assert_eq!(detach(base), Ok(()));
    assert_eq!(segment.nattch(), 0);
    assert!(is_free(base, 0..PAGES));
}

/// shmdt(2), EINVAL after munmap(2) of everything, which was the detach.
#[test]
fn detach_after_munmap_of_everything_is_einval() {
    turn!();
    let (segment, attachment) = marked();
    let base = attachment.leak();
    let before = now();
    assert_eq!(unmap(base, PAGES * page()), Ok(()));
    let record = segment.stat();
    assert_eq!(record.nattch(), 0);
    assert!(is_recent(record.shm_dtime, before));
    assert_eq!(detach(base), Err(Errno::EINVAL));
}

/// shmdt(2), EINVAL: memory mapped where an attachment was unmapped is none of its business.
#[test]
fn memory_in_place_of_an_unmapped_attachment_survives() {
    turn!();
    let (segment, attachment) = marked();
    let base = attachment.leak();
    assert_eq!(unmap(base, PAGES * page()), Ok(()));
    let other = Mapping::over(base, PAGES * page(), PROT_READ | PROT_WRITE);
    poke(other.base(), 55);
    assert_eq!(detach(base), Err(Errno::EINVAL));
    assert_eq!(peek(other.base()), 55);
    assert_eq!(segment.nattch(), 0);
}

/// shmdt(2), EINVAL: the same for memory mapped over all of an attachment.
#[test]
fn memory_mapped_over_all_of_an_attachment_ends_it() {
    turn!();
    let (segment, attachment) = marked();
    let other = Mapping::over(attachment.leak(), PAGES * page(), PROT_READ | PROT_WRITE);
    poke(other.base(), 56);
    assert_eq!(segment.nattch(), 0);
    assert_eq!(detach(other.base()), Err(Errno::EINVAL));
    assert_eq!(peek(other.base()), 56);
}

/// shmdt(2): memory mapped over a page in the middle survives the detach.
#[test]
fn memory_mapped_over_the_middle_survives_the_detach() {
    turn!();
    let (segment, attachment) = marked();
    let other = Mapping::over(attachment.at(4 * page()), page(), PROT_READ | PROT_WRITE);
    poke(other.base(), 57);
    let base = attachment.leak();
    assert_eq!(detach(base), Ok(()));
    assert_eq!(peek(other.base()), 57);
    assert_eq!(segment.nattch(), 0);
    assert!(is_free(base, 0..4) && is_free(base, 5..PAGES));
}

/// shmdt(2): and so does memory mapped over the first page.
#[test]
fn memory_mapped_over_the_head_survives_the_detach() {
    turn!();
    let (segment, attachment) = marked();
    let other = Mapping::over(attachment.leak(), page(), PROT_READ | PROT_WRITE);
    poke(other.base(), 58);
    assert_eq!(detach(other.base()), Ok(()));
    assert_eq!(peek(other.base()), 58);
    assert_eq!(segment.nattch(), 0);
    assert!(is_free(other.base(), 1..PAGES));
}

/// shmdt(2): another segment attached over the middle by SHM_REMAP survives too, with its count.
#[test]
fn another_segment_over_the_middle_survives_the_detach() {
    turn!();
    let (segment, attachment) = marked();
    let other = Segment::new(page());
    let over = other
        .attach_at(attachment.at(2 * page()), client::SHM_REMAP)
        .expect("SHM_REMAP");
    over.write(0, 59);
    attachment.detach();
    assert_eq!((segment.nattch(), other.nattch(), over.read(0)), (0, 1, 59));
}

/// shmdt(2): the same segment attached over its own middle is an attachment of its own.
#[test]
fn the_same_segment_over_its_own_middle_survives_the_detach() {
    turn!();
    let (segment, attachment) = marked();
    // Eight pages from the fourth on: page 0 of the segment lies where page 4 was.
    let over = segment
        .attach_at(attachment.at(4 * page()), client::SHM_REMAP)
        .expect("SHM_REMAP");
    let base = attachment.leak();
    assert_eq!(segment.nattch(), 2);
    assert_eq!(detach(base), Ok(()));
    assert_eq!(segment.nattch(), 1);
    assert!(is_free(base, 0..4));
    assert!(maps(&segment, over.base(), 0..PAGES));
    over.detach();
    assert_eq!(segment.nattch(), 0);
}

/// shmdt(2) after mprotect(2) of a page in the middle, undone or not: the count ends at 0.
#[test]
fn detach_after_mprotect_of_the_middle_takes_everything() {
    turn!();
    for undone in [false, true] {
        let (segment, attachment) = marked();
        assert_eq!(
            protect(attachment.at(3 * page()), page(), PROT_READ),
            Ok(())
        );
        if undone {
            let all = PROT_READ | PROT_WRITE;
            assert_eq!(protect(attachment.at(3 * page()), page(), all), Ok(()));
        }
        let base = attachment.leak();
        assert!((1..=3).contains(&segment.nattch()));
        assert_eq!(detach(base), Ok(()), "undone: {undone}");
        assert_eq!(segment.nattch(), 0, "undone: {undone}");
        assert!(is_free(base, 0..PAGES), "undone: {undone}");
    }
}

/// shmdt(2) after mprotect(2) with PROT_NONE: what cannot be read can be detached.
#[test]
fn detach_after_mprotect_none_takes_everything() {
    turn!();
    let (segment, attachment) = marked();
    assert_eq!(
        protect(attachment.base(), PAGES * page(), PROT_NONE),
        Ok(())
    );
    let base = attachment.leak();
    assert_eq!(segment.nattch(), 1);
    assert_eq!(detach(base), Ok(()));
    assert_eq!(segment.nattch(), 0);
    assert!(is_free(base, 0..PAGES));
}

/// shmdt(2) after all that at once.
#[test]
fn detach_after_every_damage_takes_the_rest() {
    turn!();
    let (segment, attachment) = marked();
    assert_eq!(unmap(attachment.base(), page()), Ok(()));
    assert_eq!(
        protect(attachment.at(2 * page()), page(), PROT_READ),
        Ok(())
    );
    let other = Mapping::over(attachment.at(4 * page()), page(), PROT_READ | PROT_WRITE);
    poke(other.base(), 60);
    assert_eq!(unmap(attachment.at(6 * page()), 2 * page()), Ok(()));
    let base = attachment.leak();
    assert_eq!(detach(base), Ok(()));
    assert_eq!((segment.nattch(), peek(other.base())), (0, 60));
    assert!(is_free(base, 0..4) && is_free(base, 5..PAGES));
    assert_eq!(detach(base), Err(Errno::EINVAL));
}

/// fork(2) of a damaged attachment: the child's is as damaged, and ends like the parent's.
#[test]
fn damaged_attachment_is_inherited_and_detached() {
    turn!();
    let (segment, attachment) = marked();
    assert_eq!(unmap(attachment.at(3 * page()), page()), Ok(()));
    let base = attachment.leak();
    let (shared, detached) = in_child(|| (maps(&segment, base, [0, 7]), detach(base)));
    assert_eq!((shared, detached), (true, Ok(())));
    assert!(maps(&segment, base, [0, 1, 2, 4, 5, 6, 7]));
    assert_eq!(detach(base), Ok(()));
    assert_eq!(segment.nattch(), 0);
}

/// exit(3) with a damaged attachment drops its whole count.
#[test]
fn damaged_attachment_is_gone_after_exit() {
    turn!();
    let segment = Segment::new(PAGES * page());
    in_child(|| {
        let base = segment.attach().leak();
        assert_eq!(unmap(base.wrapping_add(3 * page()), page()), Ok(()));
        assert_eq!(
            protect(base.wrapping_add(5 * page()), page(), PROT_READ),
            Ok(())
        );
    });
    assert_eq!(segment.nattch(), 0);
}

/// mremap(2) of a whole attachment moves it, and its address for shmdt(2).
#[test]
fn moved_attachment_is_detached_at_its_new_address() {
    turn!();
    if cfg!(target_os = "hurd") {
        skip!("the Hurd's mremap of an attachment is not required to keep it one");
    }
    #[cfg(target_os = "linux")]
    {
        let (segment, attachment) = marked();
        let (old, new) = (attachment.leak(), far(PAGES * page()));
        support::memory::move_to(old, PAGES * page(), new);
        assert_eq!(segment.nattch(), 1);
        assert_eq!(detach(old), Err(Errno::EINVAL));
        assert_eq!(detach(new), Ok(()));
        assert_eq!(segment.nattch(), 0);
    }
}

/// shmdt(2): a read-only attachment is detached like any other.
#[test]
fn read_only_attachment_is_detached() {
    turn!();
    let segment = Segment::new(page());
    let reader = segment
        .attach_at(far(page()), SHM_RDONLY)
        .expect("shmat")
        .leak();
    assert_eq!(detach(reader), Ok(()));
    assert!(is_free(reader, 0..1));
    assert_eq!(segment.nattch(), 0);
}

/// errno(3): a call that succeeds has no business with errno.
#[test]
fn success_leaves_errno_alone() {
    turn!();
    let segment = Segment::new(1);
    let base = segment.attach().leak();
    Errno::EIDRM.set_last();
    let detached = detach(base);
    let after = Errno::last();
    assert_eq!((detached, after), (Ok(()), Errno::EIDRM));
}
