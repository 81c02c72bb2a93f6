// SPDX-License-Identifier: GPL-2.0-or-later
//! The limits of shmget(2): SHMMIN, SHMMAX, SHMALL, SHMMNI and SHMSEG, read from IPC_INFO and, where
//! a test may, lowered for its time.

mod support;

use support::client::{self, Errno, IPC_CREAT, IPC_EXCL, IPC_PRIVATE, SHM_NORESERVE};
use support::process::{Child, in_child};
use support::{Limits, Segment, exists, fresh_key, page, with_limits};

/// Makes a private segment of this size and removes it.
fn try_size(size: usize) -> Result<(), Errno> {
    client::get(IPC_PRIVATE, size, 0o600).map(|id| drop(Segment::adopt(id)))
}

/// The limits as IPC_INFO tells them.
fn told() -> client::ShmInfoLimits {
    client::ipc_info().expect("IPC_INFO").0
}

/// Segments and pages in use.
fn used() -> (u64, u64) {
    let (info, _) = client::shm_info().expect("SHM_INFO");
    (info.used_ids as u64, info.shm_tot as u64)
}

/// A number of bytes as shmget takes it.
fn bytes(size: u64) -> usize {
    usize::try_from(size).expect("64 bits")
}

/// shmget(2), SHMMIN: 1 byte: 0 never makes a segment, 1 does.
#[test]
fn smallest_segment_is_one_byte() {
    turn!();
    assert_eq!(told().shmmin, 1);
    assert_eq!(try_size(0), Err(Errno::EINVAL));
    assert_eq!(try_size(1), Ok(()));
}

/// shmget(2), EINVAL: "greater than SHMMAX", to the byte.
#[test]
fn size_beyond_shmmax_is_einval() {
    turn!();
    let limits = Limits {
        shmmax: Some(10_000),
        ..Limits::default()
    };
    let outcome = with_limits(limits, || {
        assert_eq!(told().shmmax, 10_000);
        assert_eq!(try_size(10_000), Ok(()));
        assert_eq!(try_size(10_001), Err(Errno::EINVAL));
        let key = fresh_key();
        assert_eq!(
            client::get(key, 10_001, IPC_CREAT | 0o600),
            Err(Errno::EINVAL)
        );
        assert_eq!(client::get(key, 0, 0), Err(Errno::ENOENT));
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmget(2): SHMMAX is asked of new segments; a lookup compares with the segment's own size.
#[test]
fn segment_larger_than_a_lowered_shmmax_is_still_found_and_used() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 10 * page(), 0o600);
    let limits = Limits {
        shmmax: Some(page() as u64),
        ..Limits::default()
    };
    let outcome = with_limits(limits, || {
        assert_eq!(
            client::get(key, 10 * page(), IPC_CREAT | 0o600),
            Ok(segment.id())
        );
        let attachment = segment.attach();
        attachment.write(10 * page() - 1, 1);
        assert_eq!(segment.stat().shm_segsz, 10 * page());
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmget(2), ENOENT and EEXIST: a lookup's errors win over SHMMAX.
#[test]
fn errors_of_the_key_win_over_shmmax() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 10, 0o600);
    let limits = Limits {
        shmmax: Some(100),
        ..Limits::default()
    };
    let outcome = with_limits(limits, || {
        assert_eq!(client::get(fresh_key(), 101, 0o600), Err(Errno::ENOENT));
        assert_eq!(
            client::get(key, 101, IPC_CREAT | IPC_EXCL | 0o600),
            Err(Errno::EEXIST)
        );
        assert_eq!(client::get(key, 11, IPC_CREAT | 0o600), Err(Errno::EINVAL));
        assert_eq!(client::get(key, 10, IPC_CREAT | 0o600), Ok(segment.id()));
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmget(2), ENOSPC: "allocating a segment of the requested size would cause the system to exceed
/// the system-wide limit on shared memory (SHMALL)", in pages, each segment rounded up.
#[test]
fn pages_beyond_shmall_are_enospc() {
    turn!();
    let limits = Limits {
        shmall: Some(used_pages() + 10),
        ..Limits::default()
    };
    let outcome = with_limits(limits, || {
        assert_eq!(try_size(11 * page()), Err(Errno::ENOSPC));
        let six = Segment::new(5 * page() + 1);
        assert_eq!(try_size(5 * page()), Err(Errno::ENOSPC));
        let four = Segment::new(4 * page());
        assert_eq!(try_size(1), Err(Errno::ENOSPC));
        assert_eq!(
            client::get(fresh_key(), 1, IPC_CREAT | 0o600),
            Err(Errno::ENOSPC)
        );
        drop(four);
        assert_eq!(try_size(4 * page()), Ok(()));
        drop(six);
        assert_eq!(try_size(10 * page()), Ok(()));
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// Pages in use, or 0 where the system cannot tell.
fn used_pages() -> u64 {
    client::shm_info().map_or(0, |(info, _)| info.shm_tot as u64)
}

/// Segments in use, or 0 where the system cannot tell.
fn used_segments() -> u64 {
    client::shm_info().map_or(0, |(info, _)| info.used_ids as u64)
}

/// shmctl(2), IPC_RMID: a removed segment's pages count until the last detach gives them back.
#[test]
fn removed_segment_counts_for_shmall_until_its_last_detach() {
    turn!();
    let limits = Limits {
        shmall: Some(used_pages() + 10),
        ..Limits::default()
    };
    let outcome = with_limits(limits, || {
        let segment = Segment::new(10 * page());
        let attachment = segment.attach();
        segment.remove();
        assert_eq!(try_size(1), Err(Errno::ENOSPC));
        attachment.detach();
        assert_eq!(try_size(10 * page()), Ok(()));
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmctl(2), IPC_RMID: the pages of a removed segment are free again when the last process that had
/// it attached was waited for, however it ended.
#[test]
fn removed_segment_is_free_for_shmall_once_its_last_process_was_waited_for() {
    turn!();
    let before = used_pages();
    let limits = Limits {
        shmall: Some(before + 10),
        ..Limits::default()
    };
    let outcome = with_limits(limits, || {
        for round in 0..20 {
            let segment = Segment::new(10 * page());
            let child = Child::fork(|link| {
                segment.attach().leak();
                link.send(());
                link.pause();
            });
            child.recv::<()>();
            segment.remove();
            assert_eq!(try_size(1), Err(Errno::ENOSPC));
            if round % 2 == 0 {
                child.kill_and_wait();
            } else {
                child.go();
                child.done();
            }
            assert_eq!(used_pages(), before, "round {round}");
            assert_eq!(try_size(10 * page()), Ok(()), "round {round}");
        }
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmget(2): the size itself is tested before the sum, EINVAL before ENOSPC.
#[test]
fn einval_for_shmmax_wins_over_enospc_for_shmall() {
    turn!();
    let limits = Limits {
        shmmax: Some(5 * page() as u64),
        shmall: Some(used_pages() + 2),
        shmmni: None,
    };
    let outcome = with_limits(limits, || {
        assert_eq!(try_size(5 * page() + 1), Err(Errno::EINVAL));
        assert_eq!(try_size(5 * page()), Err(Errno::ENOSPC));
        assert_eq!(try_size(0), Err(Errno::EINVAL));
        assert_eq!(try_size(2 * page()), Ok(()));
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// A table with room for three, filled with keyed segments.
fn in_a_full_table(test: impl FnOnce(&mut Vec<Segment>, &[i32])) -> Result<(), String> {
    let limits = Limits {
        shmmni: Some(used_segments() + 3),
        ..Limits::default()
    };
    with_limits(limits, || {
        let keys = [(); 3].map(|()| fresh_key());
        let mut segments: Vec<_> = keys
            .iter()
            .map(|&key| Segment::keyed(key, 2 * page(), 0o600))
            .collect();
        test(&mut segments, &keys);
    })
}

/// shmget(2), ENOSPC: "All possible shared memory IDs have been taken (SHMMNI)".
#[test]
fn segment_beyond_shmmni_is_enospc() {
    turn!();
    let outcome = in_a_full_table(|segments, _| {
        assert_eq!(try_size(1), Err(Errno::ENOSPC));
        assert_eq!(
            client::get(fresh_key(), 1, IPC_CREAT | 0o600),
            Err(Errno::ENOSPC)
        );
        segments.pop();
        assert_eq!(try_size(1), Ok(()));
        assert_eq!(try_size(1), Ok(()));
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmget(2): a full table hides nothing: lookups work and their errors stay the same.
#[test]
fn lookups_work_in_a_full_table() {
    turn!();
    let outcome = in_a_full_table(|segments, keys| {
        for (segment, &key) in segments.iter().zip(keys) {
            assert_eq!(client::get(key, 1, 0o600), Ok(segment.id()));
            assert_eq!(client::get(key, 1, IPC_CREAT | 0o600), Ok(segment.id()));
            assert_eq!(
                client::get(key, 1, IPC_CREAT | IPC_EXCL | 0o600),
                Err(Errno::EEXIST)
            );
            assert_eq!(client::get(key, 2 * page() + 1, 0o600), Err(Errno::EINVAL));
        }
        assert_eq!(client::get(fresh_key(), 1, 0o600), Err(Errno::ENOENT));
        segments[0].attach().write(0, 1);
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmget(2): SHMMNI is the last of the checks: size 0 in a full table is EINVAL.
#[test]
fn bad_size_in_a_full_table_is_einval() {
    turn!();
    let outcome = in_a_full_table(|_, _| {
        assert_eq!(try_size(0), Err(Errno::EINVAL));
        assert_eq!(try_size(usize::MAX), Err(Errno::EINVAL));
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmctl(2), IPC_RMID: a removed segment takes its place in the table until its last detach, by
/// whatever end of its last process.
#[test]
fn removed_segment_counts_for_shmmni_until_its_last_detach() {
    turn!();
    let outcome = in_a_full_table(|segments, keys| {
        let segment = &segments[0];
        let child = Child::fork(|link| {
            segment.attach().leak();
            link.send(());
            link.hang();
        });
        child.recv::<()>();
        segment.remove();
        assert_eq!(
            client::get(keys[0], 1, IPC_CREAT | 0o600),
            Err(Errno::ENOSPC)
        );
        child.kill_and_wait();
        assert!(!exists(segment.id()));
        let again = client::get(keys[0], 1, IPC_CREAT | 0o600).map(Segment::adopt);
        assert!(again.is_ok());
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmctl(2), IPC_INFO tells the limits in force; SHMSEG is told as SHMMNI.
#[test]
fn lowered_limits_are_told() {
    turn!();
    let limits = Limits {
        shmmax: Some(123_456),
        shmall: Some(5678),
        shmmni: Some(99),
    };
    let before = client::ipc_info();
    let outcome = with_limits(limits, || {
        let told = told();
        assert_eq!((told.shmmax, told.shmall), (123_456, 5678));
        assert_eq!((told.shmmni, told.shmseg, told.shmmin), (99, 99, 1));
    });
    assert_eq!(client::ipc_info(), before, "the old limits are not back");
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmget(2): limits lowered below what is in use take nothing away, and allow nothing new.
#[test]
fn limits_below_what_is_in_use_only_refuse_new_segments() {
    turn!();
    let segments: Vec<_> = (0..4).map(|_| Segment::new(4 * page())).collect();
    let limits = Limits {
        shmmax: None,
        shmall: Some(2),
        shmmni: Some(2),
    };
    let outcome = with_limits(limits, || {
        assert_eq!(try_size(1), Err(Errno::ENOSPC));
        for segment in &segments {
            assert_eq!(segment.attach().read(0), 0);
        }
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
    assert_eq!(try_size(1), Ok(()));
}

/// shmget(2): racing creations do not pass SHMMNI together.
#[test]
fn racing_creations_stop_at_shmmni() {
    turn!();
    let limits = Limits {
        shmmni: Some(used_segments() + 5),
        ..Limits::default()
    };
    let outcome = with_limits(limits, || {
        let children: Vec<_> = (0..4)
            .map(|_| {
                Child::fork(|link| {
                    link.send(());
                    link.pause();
                    link.send([(); 4].map(|()| client::get(IPC_PRIVATE, 1, 0o600)));
                })
            })
            .collect();
        children.iter().for_each(Child::recv::<()>);
        children.iter().for_each(Child::go);
        let results: Vec<_> = children
            .iter()
            .flat_map(Child::recv::<[Result<i32, Errno>; 4]>)
            .collect();
        let _made: Vec<_> = results
            .iter()
            .filter_map(|made| made.ok())
            .map(Segment::adopt)
            .collect();
        let refused = results
            .iter()
            .filter(|&&made| made == Err(Errno::ENOSPC))
            .count();
        assert_eq!(refused, 16 - 5, "{results:?}");
        children.iter().for_each(Child::done);
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}

/// shmctl(2), SHM_INFO: what a destroyed segment used is given back, however it ended.
#[test]
fn quota_comes_back_when_the_last_process_dies() {
    turn!();
    needs_alone!();
    let before = used();
    in_child(|| {
        let segment = Segment::new(100 * page());
        let attachment = segment.attach();
        segment.remove();
        assert_eq!(used(), (before.0 + 1, before.1 + 100));
        attachment.leak();
        std::mem::forget(segment);
    });
    assert_eq!(used(), before);
}

/// shmget(2): pages come with the first touch: a large segment costs nothing yet.
#[test]
fn pages_are_not_committed_at_creation() {
    turn!();
    needs_alone!();
    let resident = || client::shm_info().expect("SHM_INFO").0.shm_rss;
    let before = resident();
    let segment = Segment::new(64 << 20);
    let attachment = segment.attach();
    assert_eq!(resident(), before);
    attachment.write(32 << 20, 1);
    let touched = resident() - before;
    // A server may bring neighbours along.
    assert!(
        (1..=4096).contains(&touched),
        "{touched} pages for one touch"
    );
}

/// shmget(2), ENOMEM: more than memory and swap hold, unless SHM_NORESERVE waives the question.
#[test]
fn noreserve_takes_more_than_there_is() {
    turn!();
    if cfg!(target_os = "hurd") {
        skip!("a server may ask of SHM_NORESERVE what it likes; Linux does not ask");
    }
    let limits = told();
    let size = 1 << 44;
    if limits.shmmax < size || limits.shmall < size / page() as u64 {
        skip!("the limits are too low to reach the memory check");
    }
    let size = bytes(size);
    assert_eq!(try_size(size), Err(Errno::ENOMEM));
    let id = client::get(IPC_PRIVATE, size, SHM_NORESERVE | 0o600).expect("SHM_NORESERVE");
    assert_eq!(Segment::adopt(id).stat().shm_segsz, size);
}

/// shmctl(2), IPC_INFO: a limit too large for its type is told as the largest number, not a
/// negative one.
#[test]
fn large_limits_do_not_look_negative() {
    turn!();
    let limits = Limits {
        shmmax: Some(1 << 40),
        shmall: Some(1 << 40),
        shmmni: None,
    };
    let outcome = with_limits(limits, || {
        let most = if cfg!(target_os = "hurd") {
            i32::MAX as u64
        } else {
            1 << 40
        };
        assert_eq!((told().shmmax, told().shmall), (most, most));
    });
    if let Err(why) = outcome {
        skip!("{why}");
    }
}
