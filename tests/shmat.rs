// SPDX-License-Identifier: GPL-2.0-or-later
//! shmat(2): where a segment appears, what may be done there, and which error wins.

mod support;

use libc::{PROT_EXEC, PROT_NONE, PROT_READ, PROT_WRITE};
use std::ptr;
use support::client::{self, Errno, SHM_EXEC, SHM_RDONLY, SHM_REMAP, SHM_RND};
use support::memory::{self, Resource, poke, protect, set_limit, unmap};
use support::process::{faults, in_child, in_child_as};
use support::{
    Attachment, Ids, Mapping, Segment, attach, detach, far, is_recent, is_root, next_second, now,
    page, pid,
};

/// The errno of an attach that must fail.
fn refusal(segment: &Segment, addr: *const u8, flags: i32) -> Option<Errno> {
    segment.attach_at(addr, flags).err()
}

/// An address by its number.
fn address(number: usize) -> *const u8 {
    ptr::without_provenance(number)
}

/// shmat(2): a null address means "the system chooses a suitable (unused) page-aligned address".
#[test]
fn null_address_gives_an_aligned_free_place() {
    turn!();
    let segment = Segment::new(3 * page());
    let places: Vec<_> = (0..3).map(|_| segment.attach()).collect();
    for (number, place) in places.iter().enumerate() {
        assert_eq!(place.base().addr() % page(), 0);
        for other in &places[..number] {
            assert!(place.base().addr().abs_diff(other.base().addr()) >= 3 * page());
        }
    }
    assert_eq!(segment.nattch(), 3);
}

/// shmat(2), EINVAL: "Invalid shmid value".
#[test]
fn negative_and_unknown_ids_are_einval() {
    turn!();
    let removed = Segment::new(1);
    removed.remove();
    for id in [-1, i32::MIN, i32::MAX, removed.id()] {
        assert_eq!(attach(id, ptr::null(), 0), Err(Errno::EINVAL), "id {id}");
    }
}

/// shmat(2), EINVAL: an id of a removed segment does not find the one that has its index now.
#[test]
fn stale_id_is_einval() {
    turn!();
    let segment = Segment::new(1);
    let other_sequence = segment.id() ^ (1 << 15);
    assert_eq!(attach(other_sequence, ptr::null(), 0), Err(Errno::EINVAL));
}

/// shmat(2), EINVAL: "SHM_REMAP was specified, and shmaddr was NULL".
#[test]
fn remap_of_the_null_address_is_einval() {
    turn!();
    let segment = Segment::new(1);
    assert_eq!(
        refusal(&segment, ptr::null(), SHM_REMAP),
        Some(Errno::EINVAL)
    );
    assert_eq!(
        refusal(&segment, ptr::null(), SHM_REMAP | SHM_RND),
        Some(Errno::EINVAL)
    );
}

/// shmat(2), EINVAL: "unaligned (i.e., not page-aligned and SHM_RND was not specified)".
#[test]
fn unaligned_address_without_rounding_is_einval() {
    turn!();
    let segment = Segment::new(1);
    let place = far(page());
    for off in [1, 8, page() - 1] {
        assert_eq!(
            refusal(&segment, place.wrapping_add(off), 0),
            Some(Errno::EINVAL)
        );
        assert_eq!(
            refusal(&segment, place.wrapping_add(off), SHM_REMAP),
            Some(Errno::EINVAL)
        );
    }
}

/// shmat(2), SHM_RND: "the attach occurs at the address equal to shmaddr rounded down to the
/// nearest multiple of SHMLBA".
#[test]
fn rounding_goes_down_to_a_multiple_of_shmlba() {
    turn!();
    let segment = Segment::new(1);
    for off in [0, 1, page() - 1] {
        let place = far(page());
        let attachment = segment
            .attach_at(place.wrapping_add(off), SHM_RND)
            .expect("shmat");
        assert_eq!(attachment.base(), place);
    }
}

/// shmat(2), EINVAL: an address that is rounded to null is null to SHM_REMAP too.
#[test]
fn remap_of_an_address_rounded_to_null_is_einval() {
    turn!();
    let segment = Segment::new(1);
    assert_eq!(
        refusal(&segment, address(1), SHM_RND | SHM_REMAP),
        Some(Errno::EINVAL)
    );
    let last = address(page() - 1);
    assert_eq!(
        refusal(&segment, last, SHM_RND | SHM_REMAP),
        Some(Errno::EINVAL)
    );
}

/// shmat(2), SHM_RND: page zero is nobody's to map (mmap_min_addr of proc(5)).
#[test]
fn address_rounded_to_null_is_eperm() {
    turn!();
    let segment = Segment::with_mode(1, 0o666);
    let attempt = || refusal(&segment, address(page() - 1), SHM_RND);
    if is_root() {
        assert_eq!(in_child_as(Ids::user(0), attempt), Some(Errno::EPERM));
    }
    if is_root() && cfg!(target_os = "linux") {
        skip!("as root only: Linux lets root map page zero; done as a user");
    }
    assert_eq!(attempt(), Some(Errno::EPERM));
}

/// shmat(2), EACCES: "The calling process does not have the required permissions". The address's
/// syntax is tested before, what lies there after.
#[test]
fn permission_is_tested_after_syntax_and_before_overlap() {
    turn!();
    needs_root!();
    let segment = Segment::with_mode(1, 0o600);
    let occupied = Mapping::far(page());
    let place = occupied.base();
    let (unaligned, null_remap, overlap) = in_child_as(Ids::user(0), || {
        (
            refusal(&segment, place.wrapping_add(1), 0),
            refusal(&segment, ptr::null(), SHM_REMAP),
            refusal(&segment, place, 0),
        )
    });
    assert_eq!(
        (unaligned, null_remap),
        (Some(Errno::EINVAL), Some(Errno::EINVAL))
    );
    assert_eq!(overlap, Some(Errno::EACCES));
    assert_eq!(refusal(&segment, place, 0), Some(Errno::EINVAL));
}

/// shmat(2): at a given address "the attach occurs at" exactly that, for a process started anew
/// too (PostgreSQL's EXEC_BACKEND).
#[test]
fn fixed_address_is_binding() {
    turn!();
    let segment = Segment::new(2 * page());
    let place = far(2 * page());
    let attachment = segment.attach_at(place, 0).expect("shmat");
    assert_eq!(attachment.base(), place);
    attachment.write(page(), 7);
    assert_eq!(segment.attach().read(page()), 7);
}

/// shmat(2), EINVAL: without SHM_REMAP "a mapping already exists in this address range", whatever
/// its protection and whichever byte it covers.
#[test]
fn fixed_address_on_an_existing_mapping_is_einval() {
    turn!();
    let segment = Segment::new(3 * page());
    for protection in [PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE] {
        let place = far(5 * page());
        let occupied = Mapping::over(place.wrapping_add(2 * page()), page(), protection);
        for first in 0..=2 {
            let attempt = refusal(&segment, place.wrapping_add(first * page()), 0);
            assert_eq!(
                attempt,
                Some(Errno::EINVAL),
                "page {first}, protection {protection}"
            );
        }
        drop(occupied);
        segment
            .attach_at(place, 0)
            .expect("the same range, free")
            .detach();
    }
    assert_eq!(segment.nattch(), 0);
}

/// shmat(2), EINVAL: another attachment is a mapping too.
#[test]
fn fixed_address_on_an_attachment_is_einval() {
    turn!();
    let segment = Segment::new(2 * page());
    let attachment = segment.attach();
    for off in [0, page()] {
        assert_eq!(
            refusal(&segment, attachment.at(off), 0),
            Some(Errno::EINVAL)
        );
    }
    assert_eq!(segment.nattch(), 1);
}

/// shmat(2), EINVAL: a range that passes the end of all addresses.
#[test]
fn range_past_the_top_is_einval() {
    turn!();
    let segment = Segment::new(2 * page());
    let last_page = address(usize::MAX - page() + 1);
    assert_eq!(refusal(&segment, last_page, 0), Some(Errno::EINVAL));
}

/// shmat(2), ENOMEM: addresses that are the kernel's.
#[test]
fn range_outside_user_space_is_enomem() {
    turn!();
    let segment = Segment::new(page());
    for number in [0xffff_8000_0000_0000, 0x0010_0000_0000_0000] {
        assert_eq!(
            refusal(&segment, address(number), 0),
            Some(Errno::ENOMEM),
            "{number:#x}"
        );
    }
    assert_eq!(segment.nattch(), 0);
}

/// shmat(2), ENOMEM, and setrlimit(2), RLIMIT_AS.
#[test]
fn address_space_limit_is_enomem() {
    turn!();
    let segment = Segment::new(16 << 20);
    let attempt = in_child(|| {
        let limited = set_limit(Resource::AddressSpace, 1 << 20);
        limited.map(|()| (memory::can_map(16 << 20), refusal(&segment, ptr::null(), 0)))
    });
    match attempt {
        Err(error) => skip!("setrlimit of RLIMIT_AS: {error}"),
        Ok((true, _)) => skip!("RLIMIT_AS does not limit mmap on this kernel either"),
        Ok((false, refused)) => assert_eq!(refused, Some(Errno::ENOMEM)),
    }
    assert_eq!(segment.nattch(), 0);
}

/// shmat(2): "A successful shmat() call updates the members of the shmid_ds structure": time,
/// process id, count; and no other.
#[test]
fn attach_updates_atime_lpid_and_nattch_only() {
    turn!();
    let segment = Segment::new(1);
    let created = segment.stat();
    let before = now();
    let attachment = segment.attach();
    let attached = segment.stat();
    assert!(is_recent(attached.shm_atime, before));
    assert_eq!((attached.shm_lpid, attached.nattch()), (pid(), 1));
    let mut rest = attached;
    rest.shm_atime = created.shm_atime;
    rest.shm_lpid = created.shm_lpid;
    rest.shm_nattch = created.shm_nattch;
    assert_eq!(rest, created);
    drop(attachment);
}

/// shmat(2): `shm_lpid` is the process's id, whichever thread calls.
#[test]
fn lpid_is_the_process_also_when_a_thread_attaches() {
    turn!();
    let segment = Segment::new(1);
    let base = std::thread::scope(|scope| {
        scope
            .spawn(|| segment.attach().leak().addr())
            .join()
            .expect("a thread")
    });
    assert_eq!(segment.stat().shm_lpid, pid());
    assert_eq!(segment.nattch(), 1, "the thread's end detached");
    assert_eq!(detach(address(base)), Ok(()));
}

/// shmat(2): a call that fails leaves count, time and process id alone.
#[test]
fn failed_attach_changes_no_field() {
    turn!();
    let segment = Segment::new(page());
    segment.attach().detach();
    let before = segment.stat();
    next_second();
    let occupied = Mapping::far(page());
    in_child(|| {
        assert_eq!(refusal(&segment, occupied.base(), 0), Some(Errno::EINVAL));
        assert_eq!(
            refusal(&segment, occupied.base().wrapping_add(1), 0),
            Some(Errno::EINVAL)
        );
        assert_eq!(
            refusal(&segment, ptr::null(), SHM_REMAP),
            Some(Errno::EINVAL)
        );
        assert_eq!(refusal(&segment, address(1 << 63), 0), Some(Errno::ENOMEM));
        if is_root() {
            assert_eq!(client::set(segment.id(), 0, 0, 0), Ok(()));
            Ids::user(0).assume();
            assert_eq!(
                refusal(&segment, ptr::null(), SHM_RDONLY),
                Some(Errno::EACCES)
            );
        }
    });
    let after = segment.stat();
    assert_eq!(
        (after.shm_atime, after.shm_lpid),
        (before.shm_atime, before.shm_lpid)
    );
    assert_eq!(after.nattch(), 0);
}

/// shmat(2): "It is possible to attach the same shared memory segment several times": all see the
/// same bytes.
#[test]
fn attachments_share_bytes() {
    turn!();
    let segment = Segment::new(3 * page());
    let (one, two, reader) = (
        segment.attach(),
        segment.attach(),
        segment.attach_readonly(),
    );
    for page_number in 0..3 {
        let offset = page_number * page() + page_number;
        one.write(offset, 1 + page_number as u8);
        assert_eq!(two.read(offset), 1 + page_number as u8);
        two.write(offset, 101);
        assert_eq!((one.read(offset), reader.read(offset)), (101, 101));
    }
}

/// shmat(2): processes see each other's writes, both ways.
#[test]
fn processes_share_bytes() {
    turn!();
    let segment = Segment::new(2 * page());
    let mine = segment.attach();
    mine.write(0, 11);
    let seen = in_child(|| {
        let own = segment.attach();
        own.write(page(), 22);
        own.read(0)
    });
    assert_eq!((seen, mine.read(page())), (11, 22));
}

/// shmat(2): the segment is mapped in whole pages; the rest of the last one is zero, shared and
/// writable, and the size on record stays exact.
#[test]
fn rest_of_the_last_page_is_zero_shared_and_writable() {
    turn!();
    let segment = Segment::new(page() + 1);
    let (one, two) = (segment.attach(), segment.attach());
    assert!((page() + 1..2 * page()).all(|offset| one.read(offset) == 0));
    one.write(2 * page() - 1, 9);
    assert_eq!(two.read(2 * page() - 1), 9);
    assert_eq!(segment.stat().shm_segsz, page() + 1);
}

/// shmat(2), SHM_RDONLY: "Attach the segment for read-only access": a write is a fault, and other
/// attachments of the process still write.
#[test]
fn write_to_a_read_only_attachment_faults() {
    turn!();
    let segment = Segment::new(page());
    let (reader, writer) = (segment.attach_readonly(), segment.attach());
    writer.write(0, 5);
    assert!(!faults(|| assert_eq!(reader.read(0), 5)));
    assert!(faults(|| reader.write(0, 6)));
    assert_eq!(reader.read(0), 5);
    assert!(!faults(|| writer.write(0, 6)));
    assert_eq!(reader.read(0), 6);
}

/// mprotect(2), EACCES: write access to memory that was attached read-only, for owner and root.
#[test]
fn read_only_attachment_cannot_be_made_writable() {
    turn!();
    let segment = Segment::new(2 * page());
    let reader = segment.attach_readonly();
    for protection in [PROT_READ | PROT_WRITE, PROT_WRITE] {
        assert_eq!(
            protect(reader.base(), 2 * page(), protection),
            Err(Errno::EACCES)
        );
        assert_eq!(
            protect(reader.at(page()), page(), protection),
            Err(Errno::EACCES)
        );
    }
    assert_eq!(protect(reader.base(), page(), PROT_NONE), Ok(()));
    assert_eq!(protect(reader.base(), page(), PROT_READ), Ok(()));
    assert_eq!(reader.read(0), 0);
    assert!(faults(|| reader.write(0, 1)));
}

/// mprotect(2): a read-write attachment takes any protection and gets write back.
#[test]
fn read_write_attachment_takes_any_protection() {
    turn!();
    let segment = Segment::new(page());
    let attachment = segment.attach();
    attachment.write(0, 3);
    for protection in [
        PROT_READ,
        PROT_NONE,
        PROT_READ | PROT_EXEC,
        PROT_READ | PROT_WRITE,
    ] {
        assert_eq!(
            protect(attachment.base(), page(), protection),
            Ok(()),
            "{protection}"
        );
    }
    assert_eq!(protect(attachment.base(), page(), PROT_NONE), Ok(()));
    assert!(faults(|| assert_eq!(attachment.read(0), 3)));
    assert_eq!(
        protect(attachment.base(), page(), PROT_READ | PROT_WRITE),
        Ok(())
    );
    attachment.write(0, 4);
    assert_eq!(attachment.read(0), 4);
}

/// mprotect(2): execution may be added to an attachment made without SHM_EXEC and without x.
#[cfg(target_arch = "x86_64")]
#[test]
fn mprotect_adds_execution_without_shm_exec() {
    turn!();
    let segment = Segment::with_mode(page(), 0o600);
    let attachment = segment.attach();
    store_code(&attachment);
    let executable = PROT_READ | PROT_WRITE | PROT_EXEC;
    assert_eq!(protect(attachment.base(), page(), executable), Ok(()));
    assert_eq!(in_child(|| memory::call(attachment.base())), 42);
}

/// shmat(2), SHM_EXEC: "Allow the contents of the segment to be executed."
#[cfg(target_arch = "x86_64")]
#[test]
fn shm_exec_makes_the_contents_executable() {
    turn!();
    let segment = Segment::with_mode(page(), 0o700);
    store_code(&segment.attach());
    let runner = segment
        .attach_at(ptr::null(), SHM_EXEC | SHM_RDONLY)
        .expect("shmat, SHM_EXEC");
    assert_eq!(in_child(|| memory::call(runner.base())), 42);
}

#[cfg(target_arch = "x86_64")]
fn store_code(attachment: &Attachment) {
    for (offset, &byte) in memory::ANSWER_CODE.iter().enumerate() {
        attachment.write(offset, byte);
    }
}

/// shmat(2) names four flags; others are ignored.
#[test]
fn unknown_flags_are_ignored() {
    turn!();
    let segment = Segment::new(page());
    let known = SHM_RDONLY | SHM_RND | SHM_REMAP | SHM_EXEC;
    let unknown = !known & i32::MAX;
    let attachment = segment.attach_at(ptr::null(), unknown).expect("shmat");
    attachment.write(0, 1);
    assert_eq!(segment.nattch(), 1);
}

/// shmat(2), EINVAL: all flags at once replace nothing at null (stress-ng tries it).
#[test]
fn all_flags_at_once_fail_cleanly() {
    turn!();
    let segment = Segment::with_mode(page(), 0o700);
    assert_eq!(refusal(&segment, ptr::null(), -1), Some(Errno::EINVAL));
    assert_eq!(segment.nattch(), 0);
}

/// shmat(2), SHM_REMAP: "the mapping of the segment should replace any existing mapping in the
/// range".
#[test]
fn remap_replaces_other_memory() {
    turn!();
    let segment = Segment::new(2 * page());
    segment.attach().write(page(), 77);
    let old = Mapping::far(4 * page());
    (0..4).for_each(|number| poke(old.base().wrapping_add(number * page()), 1));
    let place = old.base().wrapping_add(page());
    let attachment = segment
        .attach_at(place, SHM_REMAP)
        .expect("shmat, SHM_REMAP");
    assert_eq!(attachment.base(), place);
    assert_eq!((attachment.read(0), attachment.read(page())), (0, 77));
    assert_eq!(memory::peek(old.base()), 1);
    assert_eq!(memory::peek(old.base().wrapping_add(3 * page())), 1);
    assert_eq!(segment.nattch(), 1);
}

/// shmat(2), SHM_REMAP where nothing is mapped is a plain attach.
#[test]
fn remap_of_a_free_range_attaches() {
    turn!();
    let segment = Segment::new(page());
    let place = far(page());
    let attachment = segment
        .attach_at(place, SHM_REMAP)
        .expect("shmat, SHM_REMAP");
    assert_eq!(attachment.base(), place);
    assert_eq!(segment.nattch(), 1);
}

/// shmat(2), SHM_REMAP of an attachment onto itself counts once (stress-ng does it).
#[test]
fn remap_of_an_attachment_onto_itself_counts_once() {
    turn!();
    let segment = Segment::new(2 * page());
    let attachment = segment.attach();
    attachment.write(0, 8);
    let again = attach(segment.id(), attachment.base(), SHM_REMAP);
    assert_eq!(again, Ok(attachment.base()));
    assert_eq!((segment.nattch(), attachment.read(0)), (1, 8));
    let base = attachment.leak();
    assert_eq!(detach(base), Ok(()));
    assert_eq!(detach(base), Err(Errno::EINVAL));
    assert_eq!(segment.nattch(), 0);
}

/// shmat(2), SHM_REMAP over another segment's attachment ends that one.
#[test]
fn remap_over_another_segment_detaches_it() {
    turn!();
    let (old, new) = (Segment::new(page()), Segment::new(page()));
    let attachment = old.attach();
    attachment.write(0, 1);
    assert_eq!(
        attach(new.id(), attachment.base(), SHM_REMAP),
        Ok(attachment.base())
    );
    assert_eq!((old.nattch(), new.nattch()), (0, 1));
    assert_eq!(attachment.read(0), 0, "the new segment's byte");
    drop(attachment);
    assert_eq!((old.nattch(), new.nattch()), (0, 0));
}

/// shmat(2), SHM_REMAP over the last attachment of a removed segment frees that one.
#[test]
fn remap_over_the_last_attachment_of_a_removed_segment_frees_it() {
    turn!();
    let (old, new) = (Segment::new(page()), Segment::new(page()));
    let attachment = old.attach();
    old.remove();
    assert!(support::exists(old.id()));
    assert_eq!(
        attach(new.id(), attachment.base(), SHM_REMAP),
        Ok(attachment.base())
    );
    assert!(!support::exists(old.id()));
}

/// shmat(2): there is no limit per process (SHMSEG is not enforced): no EMFILE.
#[test]
fn a_process_may_attach_many_times() {
    turn!();
    let segment = Segment::new(page());
    let attachments: Vec<_> = (0..300).map(|_| segment.attach()).collect();
    assert_eq!(segment.nattch(), 300);
    attachments[299].write(0, 1);
    assert_eq!(attachments[0].read(0), 1);
    drop(attachments);
    assert_eq!(segment.nattch(), 0);
}

/// msync(2) and madvise(2) work on an attachment, and the record does not change.
#[test]
fn msync_and_madvise_change_no_field() {
    turn!();
    if cfg!(target_os = "hurd") && client::shm_info().is_err() {
        skip!("a file-based segment loses its data to msync where no swap is");
    }
    changes_nothing(memory::sync_and_advise);
}

/// mlock(2) works on an attachment, and the record does not change.
#[test]
fn mlock_changes_no_field() {
    turn!();
    if cfg!(target_os = "hurd") && client::shm_info().is_err() {
        skip!("a file-based segment that lost its data panics GNU Mach when it is wired");
    }
    changes_nothing(memory::lock_and_unlock);
}

/// Whether an operation on an attachment's range changes neither the record nor the bytes.
fn changes_nothing(operation: fn(*mut u8, usize)) {
    let segment = Segment::new(2 * page());
    let attachment = segment.attach();
    attachment.write(0, 5);
    let before = segment.stat();
    operation(attachment.base(), 2 * page());
    assert_eq!(segment.stat(), before);
    assert_eq!((attachment.read(0), attachment.read(page())), (5, 0));
}

/// shmat(2): a detached range is free again for a fixed attach.
#[test]
fn a_range_can_be_attached_again_after_a_detach() {
    turn!();
    let segment = Segment::new(2 * page());
    let place = far(2 * page());
    for byte in 1..20 {
        let attachment = segment.attach_at(place, 0).expect("shmat");
        assert_eq!(attachment.read(0), byte - 1);
        attachment.write(0, byte);
        attachment.detach();
    }
}

/// shmat(2): and so is one whose attachment was unmapped.
#[test]
fn a_range_can_be_attached_again_after_munmap() {
    turn!();
    let segment = Segment::new(2 * page());
    let place = segment.attach_at(far(2 * page()), 0).expect("shmat").leak();
    assert_eq!(unmap(place, 2 * page()), Ok(()));
    let again = segment.attach_at(place, 0).expect("shmat after munmap");
    assert_eq!(again.base(), place);
    assert_eq!(segment.nattch(), 1);
    again.detach();
    assert_eq!(segment.nattch(), 0);
}

/// shmat(2): threads attach and detach at once; each attachment counts.
#[test]
fn threads_attach_at_once() {
    turn!();
    let segment = Segment::new(page());
    let churn = || {
        for _ in 0..25 {
            segment.attach().detach();
        }
        segment.attach().leak().addr()
    };
    let places: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(churn)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a thread"))
            .collect()
    });
    assert_eq!(segment.nattch(), 4);
    for place in places {
        assert_eq!(detach(address(place)), Ok(()));
    }
    assert_eq!(segment.nattch(), 0);
}

/// errno(3): a call that succeeds has no business with errno.
#[test]
fn success_leaves_errno_alone() {
    turn!();
    let segment = Segment::new(1);
    Errno::EIDRM.set_last();
    let attachment = segment.attach();
    assert_eq!(Errno::last(), Errno::EIDRM);
    drop(attachment);
}
