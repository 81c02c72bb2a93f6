// SPDX-License-Identifier: GPL-2.0-or-later
//! The life of segments and attachments across fork, exec, exit and kill, and the patterns of the
//! programs that depend on it.
//!
//! Order is part of it: an attachment is gone before its process's end can be seen, and counted
//! before the fork that made it returns. shmop(2) and shmctl(2), NOTES; POSIX.1 fork, exec, _exit.

mod support;

use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use support::client::{
    self, Errno, IPC_CREAT, IPC_EXCL, IPC_PRIVATE, SHM_DEST, SHM_RDONLY, ShmidDs,
};
use support::memory::{peek, poke, unmap};
use support::process::{
    Child, Ids, Program, Report, Status, block, exit_now, exit_through_libc, faults, finish,
    fork_raw, in_child, kill_raw, poll_until, raise, wait_for_signal, wait_raw,
};
use support::{
    Mapping, ROUNDS, Segment, attach, detach, exists, far, fresh_key, is_recent, nattch, now, page,
    pid,
};

/// A child that attaches a segment, says so, and hangs until it is killed.
fn holder(id: i32) -> Child {
    let child = Child::fork(|link| {
        let attached = attach(id, ptr::null(), 0).map(|_| ());
        link.send(attached);
        link.hang();
    });
    assert_eq!(child.recv::<Result<(), Errno>>(), Ok(()));
    child
}

/// Attaches, and leaves the detaching to the end of the process.
fn leave_attached(segment: &Segment) {
    segment.attach().leak();
}

// Fork.

/// fork(2): "the child inherits the attached shared memory segments", each counted once more.
#[test]
fn fork_counts_every_inherited_attachment() {
    turn!();
    let segment = Segment::new(page());
    let attachments = [
        segment.attach(),
        segment.attach_readonly(),
        segment.attach(),
    ];
    let child = Child::fork(|link| {
        link.send(segment.nattch());
        link.pause();
    });
    assert_eq!(segment.nattch(), 6);
    assert_eq!(child.recv::<u64>(), 6);
    child.go();
    child.done();
    assert_eq!(segment.nattch(), 3);
    drop(attachments);
    assert_eq!(segment.nattch(), 0);
}

/// fork(2): the count is up before fork returns in the parent.
#[test]
fn child_is_counted_before_fork_returns() {
    turn!();
    let segment = Segment::new(page());
    let _attachment = segment.attach();
    for round in 0..ROUNDS {
        let child = fork_raw();
        let counted = nattch(segment.id());
        if child == 0 {
            finish(|| assert_eq!(nattch(segment.id()), 2));
        }
        assert_eq!(
            wait_raw(child),
            Status::Exited(0),
            "round {round}, in the child"
        );
        // The child may have gone already; then its end has been counted too.
        assert!((1..=2).contains(&counted));
    }
    let child = Child::fork(|link| link.hang());
    assert_eq!(segment.nattch(), 2);
    child.kill_and_wait();
}

/// fork(2): nor may a child that has not run yet be missing: it waits for the parent's look.
#[test]
fn waiting_child_is_counted_when_fork_returns() {
    turn!();
    let segment = Segment::new(page());
    let _attachment = segment.attach();
    for round in 0..ROUNDS {
        let child = Child::fork(|link| link.pause());
        assert_eq!(segment.nattch(), 2, "round {round}");
        child.go();
        child.done();
        assert_eq!(segment.nattch(), 1, "round {round}");
    }
}

/// fork(2): twenty children and their parent make twenty-one (the Linux Test Project's count).
#[test]
fn twenty_children_and_the_parent_are_twenty_one() {
    turn!();
    let segment = Segment::new(page());
    let _attachment = segment.attach();
    let children: Vec<_> = (0..20).map(|_| Child::fork(|link| link.pause())).collect();
    assert_eq!(segment.nattch(), 21);
    children.iter().for_each(Child::go);
    for (gone, child) in (1..).zip(&children) {
        child.done();
        assert!(segment.nattch() <= 21 - gone);
    }
    assert_eq!(segment.nattch(), 1);
}

/// fork(2): a grandchild counts as well, and outlives the child between.
#[test]
fn grandchild_keeps_what_its_dead_parent_attached() {
    turn!();
    let segment = Segment::new(page());
    let child = Child::fork(|link| {
        let attachment = segment.attach();
        if fork_raw() == 0 {
            finish(|| {
                link.pause();
                attachment.write(0, 9);
                link.send(attachment.read(0));
                link.pause();
                attachment.leak();
            });
        }
        link.close();
        attachment.leak();
    });
    child.done();
    assert_eq!(segment.nattch(), 1);
    child.go();
    assert_eq!(child.recv::<u8>(), 9);
    child.go();
    child.wait_for_end_of_pipe();
    poll_until("the grandchild's attachment stays", || {
        segment.nattch() == 0
    });
    assert_eq!(segment.attach().read(0), 9);
}

/// fork(2): the memory is shared between parent and child, at the same address, with the same
/// protection, before and after the fork's writes.
#[test]
fn forked_attachment_is_shared_at_the_same_address() {
    turn!();
    let segment = Segment::new(4 * page());
    let (writer, reader) = (segment.attach(), segment.attach_readonly());
    writer.write(0, 1);
    let child = Child::fork(|link| {
        link.send((writer.read(0), reader.read(page())));
        link.pause();
        link.send(reader.read(2 * page()));
        writer.write(3 * page(), 4);
        link.send(());
        link.pause();
    });
    assert_eq!(child.recv::<(u8, u8)>(), (1, 0));
    writer.write(2 * page(), 3);
    child.go();
    assert_eq!(child.recv::<u8>(), 3);
    child.recv::<()>();
    assert_eq!(reader.read(3 * page()), 4);
    child.go();
    child.done();
    assert!(
        faults(|| reader.write(0, 1)),
        "read-only is inherited as read-only"
    );
}

/// fork(2): what the child attaches and detaches is its own business.
#[test]
fn child_attaches_on_its_own() {
    turn!();
    let segment = Segment::new(page());
    let mine = segment.attach();
    let counts = in_child(|| {
        let own = segment.attach();
        let with_own = segment.nattch();
        own.detach();
        let without_own = segment.nattch();
        assert_eq!(detach(mine.base()), Ok(()));
        [with_own, without_own, segment.nattch()]
    });
    assert_eq!(counts, [3, 2, 1]);
    assert_eq!(segment.nattch(), 1);
}

/// fork(2) counts as an attach by the parent: `shm_lpid` (Linux; others leave it).
#[test]
fn fork_makes_the_parent_the_last_process() {
    turn!();
    let segment = Segment::new(page());
    let child = Child::fork(|link| {
        let attachment = segment.attach();
        link.pause();
        attachment.leak();
        let grandchild = fork_raw();
        if grandchild == 0 {
            finish(|| link.hang());
        }
        link.send(segment.stat().shm_lpid);
        link.hang();
    });
    poll_until("the child does not attach", || segment.nattch() == 1);
    let mine = segment.attach();
    mine.detach();
    assert_eq!(segment.stat().shm_lpid, pid());
    child.go();
    assert_eq!(child.recv::<i32>(), child.pid());
}

// Exec and spawn.

/// execve(2): "Attached System V shared memory segments are detached": the new image finds none.
#[test]
fn exec_drops_every_attachment() {
    turn!();
    let (program, segment) = (Program::this(), Segment::new(page()));
    let before = now();
    let child = Child::fork(|link| {
        segment.attach().leak();
        segment.attach_readonly().leak();
        link.send(segment.nattch());
        link.exec(&program, c"stat", segment.id());
    });
    assert_eq!(child.recv::<u64>(), 2);
    let (reporter, seen) = child.recv::<Report>();
    let seen: ShmidDs = seen.expect("IPC_STAT in the new image");
    assert_eq!(reporter, child.pid());
    assert_eq!((seen.nattch(), seen.shm_lpid), (0, child.pid()));
    assert!(is_recent(seen.shm_dtime, before));
    child.go();
    child.done();
}

/// execve(2): attachments are gone before descriptors close: whoever sees a close-on-exec pipe end
/// finds the count down.
#[test]
fn attachments_are_gone_before_exec_closes_descriptors() {
    turn!();
    let (program, segment) = (Program::this(), Segment::new(page()));
    for round in 0..ROUNDS / 3 {
        let child = Child::fork(|_| {
            segment.attach().leak();
            // The pipes close on exec; the role finds none and fails, after the parent's look.
            program.exec(c"read", [-1, -1, -1]);
        });
        child.wait_for_end_of_pipe();
        assert_eq!(segment.nattch(), 0, "round {round}");
        child.wait();
    }
}

/// execve(2) destroys a removed segment whose last attachment it drops.
#[test]
fn exec_destroys_a_removed_segment() {
    turn!();
    let (program, segment) = (Program::this(), Segment::new(page()));
    let child = Child::fork(|link| {
        segment.attach().leak();
        segment.remove();
        link.send(exists(segment.id()));
        link.exec(&program, c"stat", segment.id());
    });
    assert!(child.recv::<bool>());
    assert_eq!(child.recv::<Report>().1.err(), Some(Errno::EINVAL));
    child.go();
    child.done();
}

/// execve(2): the old image's attachments go, a child's that was forked before stays.
#[test]
fn exec_of_the_parent_leaves_the_childs_attachment() {
    turn!();
    let (program, segment) = (Program::this(), Segment::new(page()));
    let child = Child::fork(|link| {
        segment.attach().leak();
        let grandchild = fork_raw();
        if grandchild == 0 {
            finish(|| link.hang_unread());
        }
        link.send(grandchild);
        link.exec(&program, c"stat", segment.id());
    });
    let grandchild = child.recv::<i32>();
    let seen = child.recv::<Report>().1.expect("IPC_STAT in the new image");
    assert_eq!(seen.nattch(), 1);
    child.go();
    child.done();
    assert_eq!(segment.nattch(), 1);
    kill_raw(grandchild, libc::SIGKILL);
    poll_until("the orphan's attachment stays", || segment.nattch() == 0);
}

/// execve(2) of a set-user-ID program is a new process image too; on the Hurd even a new task,
/// while the old one dies, and a preloaded library stays behind.
#[test]
fn exec_of_a_set_user_id_program_detaches() {
    turn!();
    needs_root!();
    let (user, owner) = (Ids::user(1), Ids::user(2));
    let program = Program::set_user_id(owner.uid);
    let segment = Segment::with_mode(page(), 0o666);
    let child = Child::fork(|link| {
        user.assume();
        segment.attach().leak();
        link.send(segment.nattch());
        link.exec(&program, c"ids", segment.id());
    });
    assert_eq!(child.recv::<u64>(), 1);
    let (reporter, uid) = child.recv::<(i32, u32)>();
    let seen = segment.stat();
    child.go();
    child.done();
    if uid == user.uid {
        skip!("files in the temporary directory have no set-user-ID bit");
    }
    assert_eq!((reporter, uid), (child.pid(), owner.uid));
    assert_eq!((seen.nattch(), seen.shm_lpid), (0, child.pid()));
    assert_eq!(segment.nattch(), 0);
}

/// shmat(2) after execve(2): PostgreSQL's EXEC_BACKEND attaches again where its parent did.
#[test]
fn new_image_attaches_at_the_address_it_was_told() {
    turn!();
    let (program, segment) = (Program::this(), Segment::new(4 * page()));
    let mine = segment.attach_at(far(4 * page()), 0).expect("shmat");
    let child = Child::fork(|link| link.exec(&program, c"attach", segment.id()));
    child.send(mine.base().addr());
    let at = child.recv::<Result<usize, Errno>>();
    assert_eq!(at, Ok(mine.base().addr()));
    assert_eq!(segment.nattch(), 2);
    child.go();
    child.done();
    assert_eq!(segment.nattch(), 1);
}

/// posix_spawn(3): the parent's attachments stay, the spawned program has none of them.
#[test]
fn posix_spawn_changes_no_count() {
    turn!();
    let (program, segment) = (Program::this(), Segment::new(page()));
    let attachment = segment.attach();
    attachment.write(0, 77);
    let rounds = if cfg!(target_os = "hurd") { 5 } else { 20 };
    for _ in 0..rounds {
        let pid = program.spawn(c"read", [-1, -1, segment.id()]);
        assert_eq!(wait_raw(pid), Status::Exited(77));
        assert_eq!(segment.nattch(), 1);
    }
    assert_eq!(attachment.read(0), 77);
}

/// pthread_create(3): threads come and go without a change of count.
#[test]
fn threads_change_no_count() {
    turn!();
    let segment = Segment::new(page());
    let attachment = segment.attach();
    let before = segment.stat();
    for _ in 0..10 {
        std::thread::scope(|scope| {
            scope.spawn(|| assert_eq!(segment.nattch(), 1));
        });
    }
    assert_eq!(segment.stat(), before);
    drop(attachment);
}

// The end of a process.

/// _exit(2): "attached shared-memory segments are detached", and the record tells by whom and when.
#[test]
fn exit_detaches_and_the_dead_process_stays_on_record() {
    turn!();
    let segment = Segment::new(page());
    let before = now();
    let child = holder(segment.id());
    assert_eq!(segment.stat().shm_dtime, 0);
    child.kill_and_wait();
    let record = segment.stat();
    assert_eq!((record.nattch(), record.shm_lpid), (0, child.pid()));
    assert!(is_recent(record.shm_dtime, before));
}

/// A way for a process to end.
type End = fn() -> ();

/// _exit(2), exit(3), signal(7): however a process ends, its attachments end before wait(2) tells.
#[test]
fn every_end_of_a_process_detaches() {
    turn!();
    let ends: [(&str, End, Status); 7] = [
        ("_exit", || exit_now(3), Status::Exited(3)),
        ("exit", || exit_through_libc(), Status::Exited(0)),
        (
            "SIGTERM",
            || raise(libc::SIGTERM),
            Status::Killed(libc::SIGTERM),
        ),
        (
            "SIGKILL",
            || raise(libc::SIGKILL),
            Status::Killed(libc::SIGKILL),
        ),
        (
            "SIGABRT",
            || raise(libc::SIGABRT),
            Status::Killed(libc::SIGABRT),
        ),
        (
            "SIGSEGV",
            || raise(libc::SIGSEGV),
            Status::Killed(libc::SIGSEGV),
        ),
        (
            "SIGALRM",
            || raise(libc::SIGALRM),
            Status::Killed(libc::SIGALRM),
        ),
    ];
    for (name, end, expected) in ends {
        let segment = Segment::new(page());
        let inherited = segment.attach();
        let child = Child::fork(|_| {
            segment.attach().write(0, 1);
            segment.attach().leak();
            end();
        });
        assert_eq!(child.wait(), expected, "{name}");
        assert_eq!(segment.nattch(), 1, "{name}");
        inherited.detach();
        assert_eq!(segment.nattch(), 0, "{name}");
    }
}

/// wait(2): when it returns a process that exited, that one's attachments are gone.
#[test]
fn attachments_are_gone_before_wait_returns_after_exit() {
    turn!();
    let segment = Segment::new(page());
    for round in 0..ROUNDS {
        let child = Child::fork(|_| leave_attached(&segment));
        assert_eq!(child.wait(), Status::Exited(0));
        assert_eq!(segment.nattch(), 0, "round {round}");
    }
}

/// wait(2): the same after SIGKILL, in the middle of whatever the process did.
#[test]
fn attachments_are_gone_before_wait_returns_after_sigkill() {
    turn!();
    let segment = Segment::new(page());
    for round in 0..ROUNDS {
        let child = Child::fork(|link| {
            segment.attach().leak();
            link.send(());
            loop {
                segment.attach().detach();
            }
        });
        child.recv::<()>();
        child.kill_and_wait();
        assert_eq!(segment.nattch(), 0, "round {round}");
    }
}

/// wait(2): and for a process of several threads.
#[test]
fn attachments_of_a_threaded_process_are_gone_before_wait_returns() {
    turn!();
    let segment = Segment::new(page());
    for round in 0..ROUNDS / 5 {
        let child = Child::fork(|link| {
            for _ in 0..3 {
                std::thread::spawn(move || {
                    loop {
                        std::thread::yield_now();
                    }
                });
            }
            segment.attach().leak();
            segment.attach().leak();
            link.send(());
            link.hang();
        });
        child.recv::<()>();
        assert_eq!(segment.nattch(), 2);
        child.kill_and_wait();
        assert_eq!(segment.nattch(), 0, "round {round}");
    }
}

/// signal(7): when SIGCHLD comes, the attachments are gone; the process that is not yet waited for
/// holds none.
#[test]
fn attachments_are_gone_before_sigchld_and_a_zombie_has_none() {
    turn!();
    let segment = Segment::new(page());
    let violations = in_child(|| {
        block(libc::SIGCHLD);
        (0..ROUNDS / 2)
            .filter(|_| {
                let child = fork_raw();
                if child == 0 {
                    finish(|| leave_attached(&segment));
                }
                wait_for_signal(libc::SIGCHLD);
                let left = segment.nattch();
                assert_eq!(wait_raw(child), Status::Exited(0));
                left != 0
            })
            .count()
    });
    assert_eq!(violations, 0);
}

/// _exit(2): many processes end at once; each wait(2) finds at most the others' attachments.
#[test]
fn processes_that_end_together_are_all_gone() {
    turn!();
    let segment = Segment::new(page());
    let rounds = if cfg!(target_os = "hurd") { 5 } else { 20 };
    for _ in 0..rounds {
        let children: Vec<_> = (0..10).map(|_| holder(segment.id())).collect();
        assert_eq!(segment.nattch(), 10);
        children.iter().for_each(|child| child.kill(libc::SIGKILL));
        for (number, child) in children.iter().enumerate() {
            assert_eq!(child.wait(), Status::Killed(libc::SIGKILL));
            assert!(segment.nattch() <= 9 - number as u64);
        }
        assert_eq!(segment.nattch(), 0);
    }
}

/// shmat(2), shmdt(2): processes that attach and detach at once leave nothing behind.
#[test]
fn concurrent_attaches_and_detaches_balance() {
    turn!();
    let segment = Segment::new(page());
    let turns = if cfg!(target_os = "hurd") { 50 } else { 500 };
    let children: Vec<_> = (0..4)
        .map(|_| {
            Child::fork(|_| {
                for _ in 0..turns {
                    let (one, two) = (segment.attach(), segment.attach_readonly());
                    one.detach();
                    two.detach();
                }
            })
        })
        .collect();
    while children.iter().any(|child| child.is_running()) {
        // Two each, and Linux counts an attach that is under way once more.
        assert!(segment.nattch() <= 12);
    }
    children.iter().for_each(Child::done);
    assert_eq!(segment.nattch(), 0);
}

/// shmat(2) against shmctl(2), IPC_RMID: a race has only documented ends: attached, or EINVAL.
#[test]
fn attach_racing_with_destruction_is_einval() {
    turn!();
    for _ in 0..ROUNDS / 3 {
        let segment = Segment::new(page());
        let id = segment.id();
        let child = Child::fork(|link| {
            link.send(());
            let error = loop {
                match attach(id, ptr::null(), 0) {
                    Ok(base) => assert_eq!(detach(base), Ok(())),
                    Err(error) => break error,
                }
            };
            link.send(error);
        });
        child.recv::<()>();
        segment.remove();
        let error = child.recv::<Errno>();
        if cfg!(target_os = "linux") && error == Errno::EIDRM {
            // Linux tells the race as EIDRM, which PostgreSQL reads as "in use"; ours does not.
        } else {
            assert_eq!(error, Errno::EINVAL);
        }
        child.done();
        assert!(!exists(id));
    }
}

/// munmap(2) of a whole attachment detaches it (Linux; others at the process's end).
#[test]
fn munmap_of_everything_detaches() {
    turn!();
    let segment = Segment::new(4 * page());
    let before = now();
    let base = segment.attach().leak();
    assert_eq!(unmap(base, 4 * page()), Ok(()));
    let record = segment.stat();
    assert_eq!((record.nattch(), record.shm_lpid), (0, pid()));
    assert!(is_recent(record.shm_dtime, before));
}

/// munmap(2), mmap(2): what was unmapped or mapped over is gone at the process's end at the latest.
#[test]
fn unmapped_attachments_do_not_outlive_the_process() {
    turn!();
    let segment = Segment::new(4 * page());
    in_child(|| {
        let (one, two) = (segment.attach().leak(), segment.attach().leak());
        assert_eq!(unmap(one, 4 * page()), Ok(()));
        std::mem::forget(Mapping::over(two, 4 * page(), libc::PROT_READ));
        segment.attach().leak();
    });
    assert_eq!(segment.nattch(), 0);
}

// Removed, but attached.

/// shmctl(2), IPC_RMID: the segment lives on for who is attached, and is attached by id as before.
#[test]
fn removed_segment_is_used_and_attached_until_its_last_detach() {
    turn!();
    let segment = Segment::new(2 * page());
    let one = segment.attach();
    one.write(0, 1);
    segment.remove();
    let two = segment.attach();
    assert_eq!(two.read(0), 1);
    assert_eq!((segment.nattch(), segment.stat().is_removed()), (2, true));
    one.detach();
    two.write(page(), 2);
    assert_eq!(segment.attach_readonly().read(page()), 2);
    two.detach();
    assert!(!exists(segment.id()));
    assert_eq!(attach(segment.id(), ptr::null(), 0), Err(Errno::EINVAL));
}

/// shmctl(2), IPC_RMID: the key is free at once; old and new segment live side by side.
#[test]
fn key_of_a_removed_segment_is_free_at_once() {
    turn!();
    let key = fresh_key();
    let old = Segment::keyed(key, page(), 0o600);
    let old_memory = old.attach();
    old_memory.write(0, 1);
    old.remove();
    assert_eq!(client::get(key, 1, 0), Err(Errno::ENOENT));
    let new = Segment::keyed(key, page(), 0o600);
    assert_ne!(new.id(), old.id());
    let new_memory = new.attach();
    assert_eq!((new_memory.read(0), old_memory.read(0)), (0, 1));
    assert_eq!(client::get(key, 1, 0), Ok(new.id()));
    old_memory.detach();
    assert!(!exists(old.id()));
    assert_eq!(client::get(key, 1, 0), Ok(new.id()));
}

/// fork(2) of a process that holds the last attachment of a removed segment.
#[test]
fn forked_child_keeps_a_removed_segment_alive() {
    turn!();
    let segment = Segment::new(page());
    let attachment = segment.attach();
    segment.remove();
    let place = attachment.base();
    let child = Child::fork(|link| {
        link.pause();
        link.send(peek(place));
        link.hang();
    });
    attachment.write(0, 5);
    attachment.detach();
    assert_eq!(segment.nattch(), 1);
    child.go();
    assert_eq!(child.recv::<u8>(), 5);
    child.kill_and_wait();
    assert!(!exists(segment.id()));
}

/// shmctl(2), IPC_RMID: exit and munmap of the last attachment destroy like shmdt.
#[test]
fn exit_kill_and_munmap_destroy_a_removed_segment_at_once() {
    turn!();
    for round in 0..ROUNDS / 10 {
        let (by_kill, by_exit) = (Segment::new(page()), Segment::new(page()));
        let child = holder(by_kill.id());
        by_kill.remove();
        assert_eq!(by_kill.stat().shm_perm.mode, 0o600 | SHM_DEST);
        child.kill_and_wait();
        assert!(!exists(by_kill.id()), "round {round}");
        in_child(|| {
            by_exit.attach().leak();
            by_exit.remove();
        });
        assert!(!exists(by_exit.id()), "round {round}");
    }
    let by_munmap = Segment::new(page());
    let base = by_munmap.attach().leak();
    by_munmap.remove();
    assert_eq!(unmap(base, page()), Ok(()));
    assert!(!exists(by_munmap.id()));
}

/// shmget(2): what is not removed survives all its processes, with its contents.
#[test]
fn segment_survives_its_processes() {
    turn!();
    let size = 33 * page();
    let id = in_child(|| {
        let id = client::get(IPC_PRIVATE, size, 0o600).expect("shmget");
        let base = attach(id, ptr::null(), 0).expect("shmat");
        (0..size).for_each(|offset| poke(base.wrapping_add(offset), (offset / 7) as u8));
        id
    });
    let segment = Segment::adopt(id);
    assert_eq!(segment.nattch(), 0);
    let again = segment.attach_readonly();
    assert!((0..size).all(|offset| again.read(offset) == (offset / 7) as u8));
}

// Programs.

/// PostgreSQL's start-up: the next key on a collision, size 0 to tell EINVALs apart.
#[test]
fn postgresql_finds_the_next_free_key() {
    turn!();
    let key = fresh_key();
    let small_foreign = Segment::keyed(key, 1, 0o600);
    let create = |key| client::get(key, 56, IPC_CREAT | IPC_EXCL | 0o600);
    assert_eq!(create(key), Err(Errno::EEXIST));
    assert_eq!(client::get(key, 56, 0), Err(Errno::EINVAL));
    assert_eq!(client::get(key, 0, 0), Ok(small_foreign.id()));
    let segment = Segment::adopt(create(fresh_key()).expect("the next key"));
    assert_eq!(segment.stat().shm_segsz, 56);
}

/// PostgreSQL's probe: a stranger's segment is EACCES for IPC_STAT, a segment that is gone EINVAL.
#[test]
fn postgresql_tells_foreign_segments_from_gone_ones() {
    turn!();
    needs_root!();
    let key = fresh_key();
    let foreign = Segment::keyed(key, 56, 0o600);
    let probe = || {
        (
            client::get(key, 56, 0),
            client::stat(foreign.id()).map(drop),
        )
    };
    let (found, record) = support::in_child_as(support::Ids::user(5), probe);
    assert_eq!((found, record), (Ok(foreign.id()), Err(Errno::EACCES)));
    foreign.remove();
    let (found, record) = support::in_child_as(support::Ids::user(5), probe);
    assert_eq!((found, record), (Err(Errno::ENOENT), Err(Errno::EINVAL)));
}

/// PostgreSQL after a crash: while an orphaned backend lives the count says so; when it is dead the
/// segment is unused, removed and made anew under its key.
#[test]
fn postgresql_restarts_after_a_crash() {
    turn!();
    for _ in 0..ROUNDS / 10 {
        let key = fresh_key();
        let id = client::get(key, 56, IPC_CREAT | IPC_EXCL | 0o600).expect("shmget");
        let segment = Segment::adopt(id);
        // The postmaster and one backend, which inherits the attachment.
        let postmaster = Child::fork(|link| {
            let shared = segment.attach();
            let backend = fork_raw();
            if backend == 0 {
                finish(|| {
                    link.pause();
                    shared.leak();
                });
            }
            shared.leak();
            link.send(backend);
            link.hang_unread();
        });
        postmaster.recv::<i32>();
        assert_eq!(segment.nattch(), 2);
        postmaster.kill_and_wait();
        assert_eq!(segment.nattch(), 1, "the backend protects the data");
        postmaster.go();
        postmaster.wait_for_end_of_pipe();
        poll_until("the dead backend is still counted", || {
            segment.nattch() == 0
        });
        segment.remove();
        let again = client::get(key, 56, IPC_CREAT | IPC_EXCL | 0o600).map(Segment::adopt);
        assert_ne!(again.expect("the same key").id(), id);
    }
}

/// A crash of all at once: what waits for each death finds the count exact.
#[test]
fn postgresql_count_is_exact_when_all_backends_are_killed() {
    turn!();
    let segment = Segment::new(56);
    let mut backends: Vec<_> = (0..6).map(|_| holder(segment.id())).collect();
    while let Some(backend) = backends.pop() {
        assert_eq!(segment.nattch(), backends.len() as u64 + 1);
        backend.kill_and_wait();
        assert_eq!(segment.nattch(), backends.len() as u64);
    }
}

/// MIT-SHM of X: the client makes, attaches, tells the server the id, and removes once the server
/// is attached; either may die first.
#[test]
fn x_server_and_client_share_a_removed_image() {
    turn!();
    let image = Segment::new(8 * page());
    let client_memory = image.attach();
    let server = Child::fork(|link| {
        // The server inherited the client's attachment from the test; a real one has none.
        assert_eq!(detach(client_memory.base()), Ok(()));
        let record = image.stat();
        let memory = image.attach_readonly();
        link.send(record.shm_segsz);
        link.pause();
        link.send(memory.read(7 * page()));
        link.hang();
    });
    assert_eq!(server.recv::<usize>(), 8 * page());
    assert_eq!(image.nattch(), 2);
    image.remove();
    client_memory.write(7 * page(), 200);
    server.go();
    assert_eq!(server.recv::<u8>(), 200);
    client_memory.detach();
    assert!(exists(image.id()), "the server still shows it");
    server.kill_and_wait();
    assert!(!exists(image.id()));
}

/// MIT-SHM as Chromium does it: the segment is removed before the server attaches.
#[test]
fn x_server_attaches_after_removal() {
    turn!();
    let image = Segment::new(page());
    let client_memory = image.attach();
    client_memory.write(0, 42);
    image.remove();
    let server = Child::fork(|link| {
        assert_eq!(detach(client_memory.base()), Ok(()));
        let memory = image.attach();
        link.send(memory.read(0));
        link.hang();
    });
    assert_eq!(server.recv::<u8>(), 42);
    client_memory.detach();
    assert_eq!(image.nattch(), 1);
    drop(server);
    assert!(!exists(image.id()));
}

/// MIT-SHM: the server keeps attached segments by id, so an id whose segment is still attached is
/// not given to another.
#[test]
fn id_of_a_removed_attached_segment_is_not_reissued() {
    turn!();
    let old = Segment::new(page());
    let held = old.attach();
    old.remove();
    let rounds = if cfg!(target_os = "hurd") { 200 } else { 2000 };
    for _ in 0..rounds {
        assert_ne!(Segment::new(1).id(), old.id());
    }
    held.detach();
}

/// Open MPI's probe: attach, IPC_RMID, and IPC_STAT must still work.
#[test]
fn open_mpi_probe_succeeds() {
    turn!();
    let segment = Segment::new(page());
    let attachment = segment.attach();
    assert_eq!(client::remove(segment.id()), Ok(()));
    assert!(client::stat(segment.id()).is_ok_and(|record| record.nattch() == 1));
    attachment.detach();
}

/// fio: its workers attach by id what their parent has removed.
#[test]
fn fio_workers_attach_a_removed_segment() {
    turn!();
    let segment = Segment::new(page());
    let attachment = segment.attach();
    segment.remove();
    let workers: Vec<_> = (0..3).map(|_| holder(segment.id())).collect();
    // Each worker has what it inherited and what it attached.
    assert_eq!(segment.nattch(), 7);
    workers.iter().for_each(Child::kill_and_wait);
    assert_eq!(segment.nattch(), 1);
    attachment.detach();
}

/// Perl's shmwrite and shmread: IPC_STAT, attach, copy, detach, each time anew.
#[test]
fn perl_reads_what_it_wrote() {
    turn!();
    let segment = Segment::new(100);
    assert_eq!((segment.nattch(), segment.stat().shm_cpid), (0, pid()));
    for (offset, byte) in [(0, b'a'), (99, b'z')] {
        assert!(segment.stat().shm_segsz > offset);
        segment.attach().write(offset, byte);
        assert_eq!(segment.nattch(), 0);
        assert_eq!(
            segment
                .attach_at(ptr::null(), SHM_RDONLY)
                .expect("shmat")
                .read(offset),
            byte
        );
    }
    let attachment = segment.attach();
    assert_eq!(segment.nattch(), 1);
    segment.remove();
    assert_eq!(attachment.read(99), b'z');
}

/// PHP's shm_attach: a lookup of size 0 is the existence probe, then creation.
#[test]
fn php_probes_with_size_zero() {
    turn!();
    let key = fresh_key();
    assert_eq!(client::get(key, 0, 0), Err(Errno::ENOENT));
    let segment = Segment::keyed(key, 10_000, 0o666);
    assert_eq!(client::get(key, 0, 0), Ok(segment.id()));
}

/// Simple programs poll `shm_nattch` until their partner has come, or gone.
#[test]
fn partner_is_seen_to_come_and_go() {
    turn!();
    let segment = Segment::new(page());
    let partner = Child::fork(|link| {
        link.pause();
        let attachment = segment.attach();
        link.pause();
        attachment.detach();
        link.pause();
    });
    assert_eq!(segment.nattch(), 0);
    partner.go();
    poll_until("the partner does not come", || segment.nattch() == 1);
    partner.go();
    poll_until("the partner does not go", || segment.nattch() == 0);
    partner.go();
    partner.done();
}

/// ipcrm -M: the key's id without any demand, then IPC_RMID.
#[test]
fn ipcrm_removes_by_key() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 1, 0o600);
    let id = client::get(key, 0, 0).expect("shmget");
    assert_eq!(client::remove(id), Ok(()));
    assert!(!exists(segment.id()));
}

/// shmat(2) in a thread while another forks: the child has what the parent had, neither more nor
/// less than is counted.
#[test]
fn fork_beside_attaching_threads_keeps_the_count_exact() {
    turn!();
    let segment = Segment::new(page());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                segment.attach().detach();
            }
        });
        for _ in 0..ROUNDS / 10 {
            let child = fork_raw();
            if child == 0 {
                exit_now(0);
            }
            assert_eq!(wait_raw(child), Status::Exited(0));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(segment.nattch(), 0);
}
