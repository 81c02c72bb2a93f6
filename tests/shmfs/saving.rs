// SPDX-License-Identifier: GPL-2.0-or-later
//! shm-save(8) and shm-restore(8), over a new start of the server.

use std::fs;
use std::os::unix::fs::{FileExt, MetadataExt};

use super::client::CREATE;
use super::ground::{Files, PAGE, read_write};
use super::node::{Node, run};

const IMAGES: &str = "/tmp/shmfs-saved";

/// Runs one of the commands, which the bed puts into /bin.
fn command(name: &str, files: &Files) -> super::node::Output {
    let files = format!("--files={}", files.text());
    run("/bin/sh", &[&format!("/bin/{name}"), &files, IMAGES])
}

#[test]
fn segments_come_back_with_all_that_is_theirs() {
    let _ = fs::remove_dir_all(IMAGES);
    let server = Node::active(&[]);
    let files = Files::of(&server);
    let client = server.open();
    let large = 300 * PAGE + 5;
    let make = |key, size: usize, uid, gid, mode, at: u64, content: &[u8]| {
        let id = client.get(key, size as u64, CREATE | 0o600).unwrap();
        let file = read_write(&files.id(id)).unwrap();
        file.write_all_at(content, at).unwrap();
        client.set(id, uid, gid, mode).unwrap();
    };
    make(1, 10, 1000, 100, 0o640, 0, b"small");
    make(-5, large, 0, 0, 0o600, large as u64 - 3, b"end");
    make(0x7fff_ffff, PAGE, 2000, 5, 0o000, 0, &[255; PAGE]);
    client.get(0, 4096, CREATE | 0o600).unwrap();
    let saved = command("shm-save", &files);
    assert_eq!(saved.status, 0, "{saved:?}");
    assert!(saved.text.contains("3 segments"), "{saved:?}");
    // What nobody touched takes no room, and nobody else may read it.
    let image = fs::metadata(format!("{IMAGES}/0xfffffffb")).unwrap();
    assert_eq!(image.len(), large as u64);
    assert!(
        image.blocks() * 512 < large as u64 / 4,
        "{}",
        image.blocks()
    );
    assert_eq!(fs::metadata(IMAGES).unwrap().mode() & 0o777, 0o700);
    // A second time would be over the first.
    let again = command("shm-save", &files);
    assert_eq!(again.status, 1);
    assert!(again.errors.contains("exists"), "{again:?}");

    // What is there is not touched, nor is anything else then.
    let before = client.list().unwrap();
    for segment in &before {
        if segment.key == 1 {
            client.remove(segment.id).unwrap();
        }
    }
    let before = client.list().unwrap();
    let refused = command("shm-restore", &files);
    assert_eq!(refused.status, 1);
    assert!(
        refused
            .errors
            .contains("0xfffffffb: a segment has this key")
    );
    assert!(refused.errors.contains("nothing is restored"));
    let after = client.list().unwrap();
    assert_eq!(format!("{before:?}"), format!("{after:?}"));

    drop(client);
    let next = Node::active(&[]);
    files.set(&next);
    let restored = command("shm-restore", &files);
    assert_eq!(restored.status, 0, "{restored:?}");
    let client = next.open();
    let list = client.list().unwrap();
    assert_eq!(list.len(), 3);
    for (key, size, uid, gid, mode) in [
        (1, 10, 1000, 100, 0o640),
        (-5, large, 0, 0, 0o600),
        (0x7fff_ffff, PAGE, 2000, 5, 0o000),
    ] {
        let it = list.iter().find(|it| it.key == key).unwrap();
        assert_eq!((it.segsz, it.uid, it.gid), (size as u64, uid, gid));
        assert_eq!((it.mode, it.nattch), (mode, 0));
    }
    // Untouched memory is that again.
    let large_one = list.iter().find(|it| it.key == -5).unwrap();
    assert!(
        large_one.rss + large_one.swap < large as u64,
        "{large_one:?}"
    );
    assert_eq!(fs::read(files.key(1)).unwrap(), b"small\0\0\0\0\0");
    let content = fs::read(files.key(-5)).unwrap();
    assert_eq!((content.len(), &content[large - 3..]), (large, &b"end"[..]));
    assert!(content[..large - 3].iter().all(|byte| *byte == 0));
    assert_eq!(fs::read(files.key(0x7fff_ffff)).unwrap(), [255; PAGE]);
    fs::remove_dir_all(IMAGES).unwrap();
}

#[test]
fn mistakes_are_told() {
    let server = Node::active(&[]);
    let files = Files::of(&server);
    let _ = fs::remove_dir_all(IMAGES);
    let nothing = command("shm-restore", &files);
    assert_eq!(nothing.status, 1);
    assert!(nothing.errors.contains("shm-save saved nothing there"));
    for name in ["shm-save", "shm-restore"] {
        let script = format!("/bin/{name}");
        assert_eq!(run("/bin/sh", &[&script]).status, 2);
        assert_eq!(run("/bin/sh", &[&script, "--bogus", "x"]).status, 2);
        assert_eq!(run("/bin/sh", &[&script, "--help"]).status, 0);
        let wrong = run("/bin/sh", &[&script, "--files=/tmp", IMAGES]);
        assert!(
            wrong.errors.contains("no segments are shown there"),
            "{wrong:?}"
        );
    }
    // None is no mistake.
    assert_eq!(command("shm-save", &files).status, 0);
    assert_eq!(command("shm-restore", &files).status, 0);
    fs::remove_dir_all(IMAGES).unwrap();
    // Nor is a slash at the end of the directory's name.
    server.open().get(1, 10, CREATE | 0o600).unwrap();
    let (option, directory) = (format!("--files={}", files.text()), format!("{IMAGES}/"));
    let saved = run("/bin/sh", &["/bin/shm-save", &option, &directory]);
    assert_eq!(saved.status, 0, "{saved:?}");
    assert!(fs::metadata(format!("{IMAGES}/0x00000001")).is_ok());
    let restored = run("/bin/sh", &["/bin/shm-restore", &option, &directory]);
    assert!(
        restored.errors.contains("a segment has this key"),
        "{restored:?}"
    );
    fs::remove_dir_all(IMAGES).unwrap();
}
