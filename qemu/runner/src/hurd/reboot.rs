// SPDX-License-Identifier: GPL-2.0-or-later
//! A directory that outlives a boot.
//!
//! The root's file system is a ramdisk, which goes with the machine. So when the programs of the
//! first boot have ended, tar writes the directory to its output, which comes back over the serial
//! line, and the next boot begins with the directory unpacked in its place.

use std::fs;
use std::time::Duration;

use super::frames::Frame;
use super::{Ended, Finished, Program, Root, Session};
use crate::{Result, output};

/// Where the archive lies in the second boot.
const ARCHIVE: &str = "/bed/kept.tar";

/// How long the archive may take: the serial line carries some 100 KiB a second.
const PACKING: Duration = Duration::from_secs(300);

/// Runs the programs of `first`, and those of `second` in another boot, which finds the directory
/// `kept` as it was left. The first programs need each other; where one does not exit with status
/// 0 there is no second boot, and no answer of it. `see` gets each frame with the boot, 0 or 1,
/// and the index of the program.
///
/// # Errors
/// As for [`Session::run`], or the directory could not be packed.
pub fn over_a_reboot(
    root: &Root,
    mut first: Session,
    mut second: Session,
    kept: &str,
    mut see: impl FnMut(usize, usize, &Frame),
) -> Result<[Vec<Finished>; 2]> {
    let programs = first.programs.len();
    first.one_boot = true;
    first.programs.push(Program {
        arguments: ["-C", "/", "--numeric-owner", "-cSf", "-"]
            .map(str::to_owned)
            .into_iter()
            .chain([kept.trim_start_matches('/').to_owned()])
            .collect(),
        timeout: PACKING,
        ..Program::inside("/bin/tar")
    });
    let mut done = first.run(root, |index, frame| {
        if index < programs {
            see(0, index, frame);
        }
    })?;
    let packed = if done.len() > programs {
        done.pop()
    } else {
        None
    };
    if done.iter().any(|it| it.ended != Ended::Exit(0)) {
        return Ok([done, Vec::new()]);
    }
    let packed = packed.ok_or("the first boot ended before its files were packed")?;
    if packed.ended != Ended::Exit(0) {
        let errors = String::from_utf8_lossy(&packed.errors);
        return Err(format!("tar of {kept}: {:?}\n{errors}", packed.ended).into());
    }
    // Of this process alone, as the file lives until the image is made of it.
    let archive = output()?.join(format!("kept-{}.tar", std::process::id()));
    fs::write(&archive, &packed.output)?;
    second.files.push((archive.clone(), ARCHIVE.to_owned()));
    second.disk_mib += u32::try_from(packed.output.len() >> 20)? + 1;
    let unpack =
        format!("tar -C / --numeric-owner -xpSf {ARCHIVE} || echo 'bed: {kept} is lost'\n");
    second.prepare.insert_str(0, &unpack);
    let after = second.run(root, |index, frame| see(1, index, frame));
    let _ = fs::remove_file(archive);
    Ok([done, after?])
}
