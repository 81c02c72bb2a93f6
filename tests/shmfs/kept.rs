// SPDX-License-Identifier: GPL-2.0-or-later
//! Memory objects that somebody keeps after the segment is removed.

use std::fs;

use gnumach::right::{NULL, SendRight};
use gnumach::{sys as mach, trap};
use hurd_sys as sys;

use super::ground::{Ground, Map, PAGE, get, put, read_write};
use super::node::lookup;

/// A right that io_map gave, which somebody keeps.
struct Kept(SendRight);

impl Kept {
    fn of(path: &std::path::Path) -> Self {
        let port = lookup(path.to_str().unwrap(), libc::O_RDWR).unwrap();
        let (mut reader, mut writer) = (NULL, NULL);
        // SAFETY: valid out-pointers; the rights are ours.
        let reader = unsafe {
            assert_eq!(sys::io_map(port.name(), &mut reader, &mut writer), 0);
            drop(SendRight::from_raw(writer));
            SendRight::from_raw(reader)
        };
        Self(reader)
    }

    /// Maps it, and writes each page if it can; answers the bytes that were there before.
    fn overwrite(&self, pages: usize) -> Vec<u8> {
        let mut address = 0;
        // SAFETY: a new mapping at an address the kernel chooses.
        let code = unsafe {
            trap::vm_map(
                trap::mach_task_self(),
                &mut address,
                (pages * PAGE) as _,
                0,
                1,
                self.0.name(),
                0,
                0,
                3,
                3,
                mach::VM_INHERIT_NONE as _,
            )
        };
        if code != 0 {
            return Vec::new();
        }
        let address = address as u64;
        let found = (0..pages).map(|page| {
            let byte = get(address, page * PAGE);
            put(address, page * PAGE, 0xee);
            byte
        });
        let found = found.collect();
        // SAFETY: the mapping that was made above.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), address as _, (pages * PAGE) as _) };
        found
    }
}

/// What io_map gave for a segment that is removed reaches neither what the segment held nor any
/// other segment, be it mapped at the removal or not.
#[test]
fn memory_objects_kept_after_ipc_rmid_reach_no_other_segment() {
    const PAGES: usize = 5;
    const SECRET: u8 = 0x5e;
    let ground = Ground::new();
    let mut kept = Vec::new();
    for round in 0..8 {
        let id = ground.segment(PAGES * PAGE);
        let path = ground.files.id(id);
        fs::write(&path, vec![round; PAGES * PAGE]).unwrap();
        let right = Kept::of(&path);
        assert_eq!(right.overwrite(PAGES), [round; PAGES]);
        let map = (round % 2 == 0).then(|| Map::new(&read_write(&path).unwrap(), PAGE, true));
        if round % 4 < 2 {
            ground.client.remove(id).unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
        if let Some(map) = map {
            // Who maps it keeps what is there.
            assert_eq!(map.unwrap().get(0), 0xee);
        }
        kept.push(right);
    }
    // The next segments get what is free.
    let secrets: Vec<_> = (0..24)
        .map(|_| {
            let id = ground.segment(PAGES * PAGE);
            let path = ground.files.id(id);
            fs::write(&path, vec![SECRET; PAGES * PAGE]).unwrap();
            path
        })
        .collect();
    for right in &kept {
        let found = right.overwrite(PAGES);
        assert!(!found.contains(&SECRET), "a proxy reads {found:x?}");
    }
    for path in secrets {
        let now = fs::read(path).unwrap();
        assert!(now.iter().all(|byte| *byte == SECRET), "a proxy wrote");
    }
}
