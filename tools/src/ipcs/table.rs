// SPDX-License-Identifier: GPL-2.0-or-later
//! The tables with a row for each segment.

use std::io;

use super::{NOT_SET, Shown, Units, View, bytes};
use crate::names::Names;
use crate::output::{Out, left};
use crate::segments::{self, Segment};
use crate::{clock, size};

/// Heading and rows in the order of the system's own table.
pub fn table(view: View, units: Units, out: Out<'_>) -> Shown {
    match view {
        View::Creator => {
            writeln!(out, "------ Shared Memory Segment Creators/Owners --------")?;
            heading(out, &["shmid", "perms", "cuid", "cgid", "uid", "gid"])?;
        }
        View::Time => {
            writeln!(
                out,
                "------ Shared Memory Attach/Detach/Change Times --------"
            )?;
            let (id, owner) = ("shmid", "owner");
            let (attached, detached, changed) = ("attached", "detached", "changed");
            writeln!(
                out,
                "{id:10} {owner:10} {attached:20} {detached:20} {changed:20}"
            )?;
        }
        View::Pid => {
            writeln!(out, "------ Shared Memory Creator/Last-op PIDs --------")?;
            heading(out, &["shmid", "owner", "cpid", "lpid"])?;
        }
        _ => {
            writeln!(out, "------ Shared Memory Segments --------")?;
            let size = if units == Units::Human {
                "size"
            } else {
                "bytes"
            };
            heading(
                out,
                &[
                    "key",
                    "shmid",
                    "owner",
                    "perms",
                    size,
                    "nattch",
                    "status      ",
                ],
            )?;
        }
    }
    let segments = match segments::all() {
        Ok(segments) => segments,
        Err(error) => return Ok(Err(error)),
    };
    let mut names = Names::default();
    for segment in &segments {
        match view {
            View::Creator => creator_row(segment, &mut names, out)?,
            View::Time => time_row(segment, &mut names, out)?,
            View::Pid => pid_row(segment, &mut names, out)?,
            _ => segment_row(segment, units, &mut names, out)?,
        }
    }
    Ok(Ok(()))
}

/// Columns ten wide, the last one filled too.
pub fn heading(out: Out<'_>, columns: &[&str]) -> io::Result<()> {
    for (index, column) in columns.iter().enumerate() {
        let gap = if index == 0 { "" } else { " " };
        write!(out, "{gap}{column:10}")?;
    }
    writeln!(out)
}

fn owner(out: Out<'_>, segment: &Segment, names: &mut Names) -> io::Result<()> {
    write!(out, "{:<10} ", segment.id)?;
    left(out, names.user(segment.ds.shm_perm.uid), 10, 10)
}

fn segment_row(segment: &Segment, units: Units, names: &mut Names, out: Out<'_>) -> io::Result<()> {
    let ds = &segment.ds;
    write!(out, "{:#010x} ", ds.shm_perm.key)?;
    owner(out, segment, names)?;
    write!(out, " {:<10o} ", ds.permissions())?;
    match units {
        Units::Human => write!(out, "{:>6}    ", size::human(bytes(ds)))?,
        Units::Default | Units::Bytes => write!(out, "{:<10}", ds.shm_segsz)?,
    }
    let dest = if ds.is_removed() { "dest" } else { " " };
    let locked = if ds.is_locked() { "locked" } else { " " };
    writeln!(out, " {:<10} {dest:6} {locked:6}", ds.nattch())
}

fn creator_row(segment: &Segment, names: &mut Names, out: Out<'_>) -> io::Result<()> {
    let ds = &segment.ds;
    write!(out, "{:<10} {:<10o}", segment.id, ds.permissions())?;
    for (uid, gid) in [
        (ds.shm_perm.cuid, ds.shm_perm.cgid),
        (ds.shm_perm.uid, ds.shm_perm.gid),
    ] {
        write!(out, " ")?;
        left(out, names.user(uid), 10, usize::MAX)?;
        write!(out, " ")?;
        left(out, names.group(gid), 10, usize::MAX)?;
    }
    writeln!(out)
}

fn time_row(segment: &Segment, names: &mut Names, out: Out<'_>) -> io::Result<()> {
    owner(out, segment, names)?;
    for time in [
        segment.ds.shm_atime,
        segment.ds.shm_dtime,
        segment.ds.shm_ctime,
    ] {
        let shown = if time == 0 {
            NOT_SET.to_owned()
        } else {
            clock::short(time)
        };
        write!(out, " {shown:20}")?;
    }
    writeln!(out)
}

fn pid_row(segment: &Segment, names: &mut Names, out: Out<'_>) -> io::Result<()> {
    owner(out, segment, names)?;
    writeln!(
        out,
        " {:<10} {:<10}",
        segment.ds.shm_cpid, segment.ds.shm_lpid
    )
}
