// SPDX-License-Identifier: GPL-2.0-or-later
//! Offsets and counts, in and beyond a file.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

use super::ground::{Ground, Map, PAGE, errno, get, put, read_write};
use super::node::run;

#[test]
fn reads_end_where_the_segment_does() {
    let ground = Ground::new();
    let size = 2 * PAGE + 100;
    let id = ground.segment(size);
    let attached = ground.client.attach(id, 0, 0).unwrap();
    for at in 0..3 * PAGE {
        // What lies behind the end is the attachers' too.
        put(attached.address, at, (at % 251) as u8);
    }
    let file = File::open(ground.files.id(id)).unwrap();
    let mut bytes = vec![0; 4 * PAGE];
    for (offset, wanted) in [
        (0, 0),
        (0, 1),
        (0, 4 * PAGE),
        (PAGE - 1, 2),
        (size - 1, 100),
        (size, 1),
        (size, 0),
        (size + 1, 10),
        (3 * PAGE, 10),
        (1 << 40, 10),
    ] {
        let count = file.read_at(&mut bytes[..wanted], offset as u64).unwrap();
        assert_eq!(
            count,
            wanted.min(size.saturating_sub(offset)),
            "{offset} {wanted}"
        );
        for (n, byte) in bytes[..count].iter().enumerate() {
            assert_eq!(*byte, ((offset + n) % 251) as u8);
        }
    }
    let mut whole = Vec::new();
    (&file).read_to_end(&mut whole).unwrap();
    assert_eq!(whole.len(), size);
    assert_eq!((&file).seek(SeekFrom::End(-3)).unwrap(), size as u64 - 3);
    assert_eq!((&file).read(&mut bytes).unwrap(), 3);
    assert_eq!((&file).read(&mut bytes).unwrap(), 0);
    assert_eq!(
        errno((&file).seek(SeekFrom::Current(-(size as i64) - 1))),
        libc::EINVAL
    );
    ground.client.detach(attached.address).unwrap();
}

#[test]
fn writes_end_there_too() {
    let ground = Ground::new();
    let size = PAGE + 10;
    let id = ground.segment(size);
    let mut file = read_write(&ground.files.id(id)).unwrap();
    assert_eq!(file.write_at(&[1; 100], PAGE as u64).unwrap(), 10);
    assert_eq!(errno(file.write_at(&[2], size as u64)), libc::ENOSPC);
    assert_eq!(errno(file.write_at(&[2], 1 << 40)), libc::ENOSPC);
    assert_eq!(file.write_at(&[], size as u64).unwrap(), 0);
    let attached = ground.client.attach(id, 0, 0).unwrap();
    assert_eq!(get(attached.address, size - 1), 1);
    assert_eq!(get(attached.address, size), 0, "behind the end");
    ground.client.detach(attached.address).unwrap();
    // Behind the end a mapping has zeros, up to the page's.
    let map = Map::new(&file, 2 * PAGE, true).unwrap();
    assert!((size..2 * PAGE).all(|at| map.get(at) == 0));
    // An append begins at the end.
    let appending = OpenOptions::new()
        .append(true)
        .open(ground.files.id(id))
        .unwrap();
    assert_eq!(errno((&appending).write(b"x")), libc::ENOSPC);
    // The offset is where the last write ended.
    file.seek(SeekFrom::Start(3)).unwrap();
    file.write_all(b"abc").unwrap();
    assert_eq!(file.stream_position().unwrap(), 6);
    let mut bytes = [0; 4];
    file.read_exact_at(&mut bytes, 2).unwrap();
    assert_eq!(&bytes, b"\0abc");
}

#[test]
fn a_size_is_for_life() {
    let ground = Ground::new();
    let id = ground.segment(5000);
    let path = ground.files.id(id);
    let file = read_write(&path).unwrap();
    file.write_all_at(b"kept", 0).unwrap();
    file.set_len(5000).unwrap();
    for size in [0, 4999, 5001, 8192] {
        assert_eq!(errno(file.set_len(size)), libc::EINVAL);
    }
    // O_TRUNC changes nothing, so that `cat image > file` works.
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .truncate(true)
        .open(&path)
        .unwrap();
    let mut bytes = [0; 4];
    file.read_exact_at(&mut bytes, 0).unwrap();
    assert_eq!(&bytes, b"kept");
    let reader = File::open(&path).unwrap();
    assert!(
        reader.set_len(5000).is_err(),
        "ftruncate wants it open for writing"
    );
    let copy = "/tmp/shmfs-test-copy";
    assert_eq!(run("cp", &[path.to_str().unwrap(), copy]).status, 0);
    assert_eq!(std::fs::read(copy).unwrap().len(), 5000);
    std::fs::write(copy, vec![5; 5000]).unwrap();
    assert_eq!(run("cp", &[copy, path.to_str().unwrap()]).status, 0);
    assert!(std::fs::read(&path).unwrap().iter().all(|byte| *byte == 5));
    std::fs::remove_file(copy).unwrap();
}

/// Any sequence of reads and writes does to the file what it does to an array.
#[test]
fn random_transfers_are_those_of_an_array() {
    let ground = Ground::new();
    let size = 41 * PAGE + 77;
    let id = ground.segment(size);
    let file = read_write(&ground.files.id(id)).unwrap();
    let mut model = vec![0_u8; size];
    let mut state = 12345_u64;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let mut bytes = vec![0; 64 << 10];
    for round in 0..300 {
        let offset = random(size + 1000);
        let wanted = [random(50), random(5000), random(64 << 10)][random(3)];
        let part = &mut bytes[..wanted];
        let inside = wanted.min(size.saturating_sub(offset));
        if random(2) == 0 {
            part.fill(round as u8);
            match file.write_at(part, offset as u64) {
                Ok(count) => assert_eq!(count, inside),
                Err(error) => {
                    assert_eq!(error.raw_os_error(), Some(libc::ENOSPC));
                    assert_eq!(inside, 0);
                }
            }
            if inside != 0 {
                model[offset..offset + inside].fill(round as u8);
            }
        } else {
            assert_eq!(file.read_at(part, offset as u64).unwrap(), inside);
            if inside != 0 {
                assert!(part[..inside] == model[offset..offset + inside]);
            }
        }
    }
    assert!(std::fs::read(ground.files.id(id)).unwrap() == model);
}
