// SPDX-License-Identifier: GPL-2.0-or-later
//! `-i ID`: all there is to know of one segment.

use super::{NOT_SET, Units, bytes};
use crate::names::Names;
use crate::number::octal;
use crate::output::{Name, Out, Stop, Verdict};
use crate::{clock, holders, segments, server, size};

/// Shows the segment. That no segment has the id is said, and is no failure.
pub fn details(name: &Name, id: i32, units: Units, out: Out<'_>) -> Result<Verdict, Stop> {
    let ds = match segments::by_id(id) {
        Ok(Some(ds)) => ds,
        Ok(None) => {
            name.complain(&format!("id {id} not found"));
            return Ok(Verdict::Done);
        }
        Err(error) => return Err(Stop::Failed(format!("id {id}: {}", server::words(error)))),
    };
    writeln!(out, "\nShared memory Segment shmid={id}")?;
    writeln!(
        out,
        "uid={}\tgid={}\tcuid={}\tcgid={}",
        ds.shm_perm.uid, ds.shm_perm.gid, ds.shm_perm.cuid, ds.shm_perm.cgid
    )?;
    writeln!(
        out,
        "mode={}\taccess_perms={}",
        octal(ds.shm_perm.mode),
        octal(ds.permissions())
    )?;
    match units {
        Units::Human => write!(out, "size={}\t", size::human(bytes(&ds)))?,
        Units::Default | Units::Bytes => write!(out, "bytes={}\t", ds.shm_segsz)?,
    }
    writeln!(
        out,
        "lpid={}\tcpid={}\tnattch={}",
        ds.shm_lpid,
        ds.shm_cpid,
        ds.nattch()
    )?;
    let time = |time| {
        if time == 0 {
            NOT_SET.to_owned()
        } else {
            clock::long(time)
        }
    };
    writeln!(out, "att_time={:26}", time(ds.shm_atime))?;
    writeln!(out, "det_time={:26}", time(ds.shm_dtime))?;
    writeln!(out, "change_time={:26}", clock::long(ds.shm_ctime))?;
    if let Some(holders) = holders::of(id) {
        holders::section("attached by:", &holders, &mut Names::default(), out)?;
    }
    writeln!(out)?;
    Ok(Verdict::Done)
}
