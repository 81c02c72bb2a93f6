// SPDX-License-Identifier: GPL-2.0-or-later
//! A machine with little memory: the kernel gives pages of segments back, and asks for them
//! again. There is no swap and no default pager here, so segments are all it can evict.

use alloc::string::String;
use alloc::vec::Vec;

use bare_rt::clock::Instant;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq, println};
use gnumach::trap;
use shm::wire::defs::SYSVSHM_RDONLY;

use crate::ground::{Ground, Mapping, PAGE, SOON, Segment, Told, pattern, read, within, write};
use crate::stale::server_task;
use crate::vm;

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test(
        "pages given back under memory pressure come back intact",
        intact,
    );
    test(
        "so do those of segments that nobody has attached",
        unattached,
    );
    test(
        "the server answers while memory is short, and segments are made and removed",
        answers,
    );
    test(
        "a segment of more than half the memory is written and read through",
        large,
    );
    test(
        "segments made while memory is short begin as zeros",
        begins_as_zeros,
    );
    test("stored pages share map entries", share_entries);
    test("what was stored is freed with its segment", freed);
}

/// Small segments, whose objects the server would keep, with pages that come and go.
fn begins_as_zeros(ground: &Ground) -> Outcome {
    let large = ground.segment(PAGES * PAGE)?;
    let mapping = large.attach(0, 0)?;
    fill(&mapping, 45);
    let ballast = Ballast::until_stored(ground, ENOUGH)?;
    for round in 0..400 {
        let segment = ground.segment(64 * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        for page in 0..64 {
            check_eq!(mapping.read(page * PAGE), 0);
            mapping.write(page * PAGE, pattern(round, page));
        }
    }
    drop(ballast);
    check_filled(&mapping, 45)
}

/// Pages of a segment under test.
const PAGES: u64 = 768;
/// Pages that are to be given back before a test looks.
const ENOUGH: u64 = 500;

/// Memory taken until the kernel gives pages of segments back.
///
/// A dirty page that is given back is no page won: the server now has it. Below its reserve
/// the kernel lets nobody but its daemon and the pager have a page until it has won enough,
/// which here can only come from a segment with pages that were read and never written.
struct Ballast<'a> {
    blocks: Vec<u64>,
    clean: (Segment<'a>, Mapping<'a>),
}

const BLOCK: u64 = 8 * PAGE;
/// Pages read and never written: more than the kernel wants to win at once.
const CLEAN: u64 = 3000;

impl<'a> Ballast<'a> {
    fn until_stored(ground: &'a Ground, enough: u64) -> Result<Self, String> {
        let before = vm::free_pages();
        let clean = ground.segment(CLEAN * PAGE)?;
        let mapping = clean.attach(SYSVSHM_RDONLY, 0)?;
        let mut ballast = Self {
            blocks: Vec::new(),
            clean: (clean, mapping),
        };
        let stored = || ground.root.info().map_or(0, |info| info.shm_swp);
        let mut bouts = 0;
        while stored() < enough {
            // What is read now is the last to be evicted.
            ballast.touch_clean()?;
            // The kernel begins where some 1,700 pages are left, and stops at some 2,200.
            while vm::free_pages() > 2500 {
                ballast.add()?;
            }
            for _ in 0..(CLEAN - 400) / (BLOCK / PAGE) {
                ballast.add()?;
                if stored() >= enough {
                    break;
                }
            }
            bouts += 1;
            check!(bouts < 50, "{} stored after {bouts} bouts", stored());
            if stored() < enough {
                ballast.lighten(CLEAN)?;
            }
        }
        println!(
            "{} pages of ballast in {bouts} bouts, {} stored, {} free of {before}",
            ballast.blocks.len() as u64 * BLOCK / PAGE,
            stored(),
            vm::free_pages()
        );
        Ok(ballast)
    }

    fn touch_clean(&self) -> Outcome {
        check!((0..CLEAN).all(|page| self.clean.1.read(page * PAGE) == 0));
        Ok(())
    }

    fn add(&mut self) -> Outcome {
        let block = vm::allocate(trap::mach_task_self(), 0, BLOCK).told()?;
        self.blocks.push(block);
        for page in 0..BLOCK / PAGE {
            write(block + page * PAGE, block);
        }
        Ok(())
    }

    fn lighten(&mut self, pages: u64) -> Outcome {
        for _ in 0..pages / (BLOCK / PAGE) {
            if let Some(block) = self.blocks.pop() {
                vm::deallocate(trap::mach_task_self(), block, BLOCK).told()?;
            }
        }
        Ok(())
    }

    fn is_intact(&self) -> bool {
        self.blocks
            .iter()
            .all(|block| read(block + BLOCK - PAGE) == *block)
    }
}

impl Drop for Ballast<'_> {
    fn drop(&mut self) {
        for block in &self.blocks {
            let _ = vm::deallocate(trap::mach_task_self(), *block, BLOCK);
        }
    }
}

fn fill(mapping: &Mapping<'_>, seed: u64) {
    for page in 0..mapping.size() / PAGE {
        mapping.write(page * PAGE + page % 512 * 8, pattern(seed, page));
    }
}

/// Every page has what `fill` wrote and zeros beside it.
fn check_filled(mapping: &Mapping<'_>, seed: u64) -> Outcome {
    for page in 0..mapping.size() / PAGE {
        let at = page * PAGE + page % 512 * 8;
        check_eq!(mapping.read(at), pattern(seed, page));
        check_eq!(mapping.read(page * PAGE + (page + 1) % 512 * 8), 0);
    }
    Ok(())
}

fn intact(ground: &Ground) -> Outcome {
    let (one, two) = (ground.segment(PAGES * PAGE)?, ground.segment(PAGES * PAGE)?);
    let (first, second) = (one.attach(0, 0)?, two.attach(0, 0)?);
    for round in 0..2 {
        fill(&first, round);
        fill(&second, 10 + round);
        let ballast = Ballast::until_stored(ground, ENOUGH)?;
        ground.answers()?;
        let swapped = ground.root.stat(one.id).told()?.swap + ground.root.stat(two.id).told()?.swap;
        check!(swapped >= ENOUGH * PAGE, "{swapped} bytes stored");
        check_filled(&first, round)?;
        check!(ballast.is_intact());
        check_filled(&second, 10 + round)?;
        // Written again where they were given back.
        fill(&first, 20 + round);
        drop(ballast);
        check_filled(&first, 20 + round)?;
        check_filled(&second, 10 + round)?;
    }
    Ok(())
}

fn unattached(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGES * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    fill(&mapping, 30);
    mapping.detach().told()?;
    let ballast = Ballast::until_stored(ground, ENOUGH)?;
    check_eq!(segment.nattch()?, 0);
    check!(ground.root.stat(segment.id).told()?.swap >= ENOUGH * PAGE);
    check_filled(&segment.attach(0, 0)?, 30)?;
    drop(ballast);
    check_filled(&segment.attach(0, 0)?, 30)
}

fn answers(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGES * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    fill(&mapping, 40);
    let ballast = Ballast::until_stored(ground, ENOUGH)?;
    for round in 0..50 {
        ground.answers()?;
        let new = ground.segment(4 * PAGE)?;
        let other = new.attach(0, 0)?;
        fill(&other, round);
        check_filled(&other, round)?;
    }
    drop(ballast);
    check_filled(&mapping, 40)
}

fn large(ground: &Ground) -> Outcome {
    let pages = vm::free_pages() as u64 * 6 / 10;
    let segment = ground.segment(pages * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    for seed in [50, 51] {
        fill(&mapping, seed);
        ground.answers()?;
        check_filled(&mapping, seed)?;
    }
    Ok(())
}

/// What a stored page costs: the server's map entries, and what the kernel keeps for these, which
/// the line that is printed gives for each page.
fn share_entries(ground: &Ground) -> Outcome {
    let server = server_task(ground)?;
    let segment = ground.segment(PAGES * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let before = (
        vm::entries(server.name()).told()?,
        vm::bookkeeping().told()?,
    );
    fill(&mapping, 60);
    let mut ballast = Ballast::until_stored(ground, ENOUGH)?;
    // Below the kernel's reserve the server gets no page to copy to.
    ballast.lighten(CLEAN)?;
    let stored = || ground.root.info().map_or(0, |info| info.shm_swp);
    let entries = || vm::entries(server.name()).map_or(u64::MAX, |now| (now - before.0) as u64);
    let shared = within(SOON, || entries() <= stored() / 4 + 20);
    let bytes = vm::bookkeeping().told()? as i64 - before.1 as i64;
    println!(
        "{} stored pages: {} map entries, {bytes} bytes of the kernel's",
        stored(),
        entries()
    );
    check!(shared, "{} entries for {} pages", entries(), stored());
    let began = Instant::now();
    let there = stored();
    check_filled(&mapping, 60)?;
    println!(
        "{} us to read {PAGES} pages, {there} of them stored",
        began.elapsed().as_micros()
    );
    drop(ballast);
    Ok(())
}

fn freed(ground: &Ground) -> Outcome {
    let before = vm::free_pages();
    for round in 0..2 {
        let segment = ground.segment(PAGES * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        fill(&mapping, round);
        let ballast = Ballast::until_stored(ground, ENOUGH)?;
        mapping.detach().told()?;
        drop(segment);
        drop(ballast);
    }
    check_eq!(ground.root.info().told()?.shm_swp, 0);
    check_eq!(ground.root.info().told()?.shm_rss, 0);
    let lost = || before - vm::free_pages();
    check!(within(SOON, || lost() < 1000), "{} pages are gone", lost());
    Ok(())
}
