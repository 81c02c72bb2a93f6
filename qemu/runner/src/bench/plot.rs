// SPDX-License-Identifier: GPL-2.0-or-later
//! The picture of a run: calls at 1 MiB, whole life by size, growth, throughput.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::table::number;
use super::{Figures, Side, size};
use crate::Result;

const INCUMBENT: RGBColor = RGBColor(0xc0, 0x6c, 0x3c);
const OURS: RGBColor = RGBColor(0x1f, 0x5f, 0xa8);
const LIMIT: RGBColor = RGBColor(0x9a, 0x9a, 0x9a);
const FONT: &str = "sans-serif";

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The calls, and what each cannot be faster than.
const CALLS: [(&str, &str); 7] = [
    ("shmget", "null"),
    ("shmat", "mmap"),
    ("IPC_STAT", "null"),
    ("touch", "anonymous touch"),
    ("shmdt", "munmap"),
    ("IPC_RMID", "null"),
    ("life", "anonymous life"),
];

/// A line of a diagram: its point for each place of the axis below.
struct Line {
    name: String,
    style: ShapeStyle,
    points: Vec<(f64, f64)>,
}

/// Draws it all into an SVG file.
///
/// # Errors
/// The file cannot be written.
pub fn draw(figures: &Figures, path: &Path) -> Result<()> {
    let mut text = String::new();
    picture(figures, &mut text).map_err(|error| format!("the plot: {error}"))?;
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn picture(figures: &Figures, text: &mut String) -> Result<()> {
    let root = SVGBackend::with_string(text, (1240, 900)).into_drawing_area();
    root.fill(&WHITE)?;
    let parts = root.margin(10, 10, 10, 10).split_evenly((2, 2));
    calls(&parts[0], figures)?;
    let decimal = |number: u64| number.to_string();
    let (mut lives, sizes) = lines(figures, &["life"], &size);
    let limit = figures.parameters("life").into_iter().enumerate();
    let limit = limit.filter_map(|(place, bytes)| {
        Some((place as f64, figures.both("anonymous life", bytes)?.median))
    });
    lives.push(Line {
        name: "anonymous memory".to_owned(),
        style: LIMIT.stroke_width(2),
        points: limit.collect(),
    });
    diagram(&parts[1], "whole life of a segment, µs", &lives, &sizes)?;
    let (growth, numbers) = lines(figures, &["segments: shmget", "segments: shmat"], &decimal);
    diagram(
        &parts[2],
        "one call among so many segments, µs",
        &growth,
        &numbers,
    )?;
    let rates = ["clients: calls of whole lives", "clients: IPC_STAT"];
    let (rates, numbers) = lines(figures, &rates, &decimal);
    diagram(
        &parts[3],
        "calls per second of so many clients",
        &rates,
        &numbers,
    )?;
    root.present()?;
    Ok(())
}

/// One line for each name and side, over the places of all parameters, and those places' labels.
fn lines(
    figures: &Figures,
    names: &[&str],
    label: &dyn Fn(u64) -> String,
) -> (Vec<Line>, Vec<String>) {
    let parameters = figures.parameters(names[0]);
    let mut all = Vec::new();
    for side in Side::ALL {
        let color = if side == Side::Ours { OURS } else { INCUMBENT };
        for (index, name) in names.iter().enumerate() {
            let points = parameters
                .iter()
                .enumerate()
                .filter_map(|(place, parameter)| {
                    Some((place as f64, figures.get(side, name, *parameter)?.median))
                });
            let short = name.split_once(": ").map_or(*name, |(_, short)| short);
            all.push(Line {
                name: format!("{}: {short}", side.name()),
                style: color
                    .mix(if index == 0 { 1.0 } else { 0.5 })
                    .stroke_width(2),
                points: points.collect(),
            });
        }
    }
    (all, parameters.into_iter().map(label).collect())
}

/// Powers of ten around all values.
fn decades(values: impl Iterator<Item = f64> + Clone) -> Option<(f64, f64)> {
    let power = |exponent: f64| 10_f64.powf(exponent);
    let least = values
        .clone()
        .filter(|value| *value > 0.0)
        .reduce(f64::min)?;
    let most = values.reduce(f64::max)?;
    Some((power(least.log10().floor()), power(most.log10().ceil())))
}

/// A power of ten, in few letters.
fn power(value: f64) -> String {
    match value {
        ..1e3 => format!("{value}"),
        1e3..1e6 => format!("{}k", value / 1e3),
        _ => format!("{}M", value / 1e6),
    }
}

fn diagram(area: &Area<'_>, title: &str, lines: &[Line], labels: &[String]) -> Result<()> {
    let values = lines
        .iter()
        .flat_map(|line| line.points.iter().map(|point| point.1));
    let Some((least, most)) = decades(values) else {
        return Ok(());
    };
    let last = labels.len().max(2) as f64 - 1.0;
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, 18))
        .margin(12)
        .x_label_area_size(30)
        .y_label_area_size(70)
        // The decade above is for the names.
        .build_cartesian_2d(-0.15..last + 0.15, (least..most * 10.0).log_scale())?;
    let place = |x: &f64| {
        let label = labels.get(x.round() as usize);
        label
            .filter(|_| x.fract() == 0.0)
            .cloned()
            .unwrap_or_default()
    };
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(labels.len() + 1)
        .x_label_formatter(&place)
        .y_label_formatter(&|y| power(*y))
        .label_style((FONT, 13))
        .draw()?;
    for Line {
        name,
        style,
        points,
    } in lines
    {
        let style = *style;
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style).point_size(3))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .label_font((FONT, 13))
        .draw()?;
    Ok(())
}

/// Bars of the calls on a segment of 1 MiB.
fn calls(area: &Area<'_>, figures: &Figures) -> Result<()> {
    const MIB: u64 = 1 << 20;
    let bars: Vec<(usize, usize, f64)> = CALLS
        .iter()
        .enumerate()
        .flat_map(|(row, (name, limit))| {
            let all = [
                figures.get(Side::Incumbent, name, MIB),
                figures.get(Side::Ours, name, MIB),
                figures.both(limit, MIB),
            ];
            let there = all.into_iter().enumerate();
            there.filter_map(move |(bar, figure)| Some((row, bar, figure?.median)))
        })
        .collect();
    let Some((least, most)) = decades(bars.iter().map(|bar| bar.2)) else {
        return Ok(());
    };
    let mut chart = ChartBuilder::on(area)
        .caption("1 MiB, µs (touch: per page)", (FONT, 18))
        .margin(12)
        .x_label_area_size(30)
        .y_label_area_size(80)
        .build_cartesian_2d((least..most * 3.0).log_scale(), CALLS.len() as f64..0.0)?;
    let row = |y: &f64| {
        let call = CALLS.get(y.floor() as usize);
        call.filter(|_| y.fract() == 0.5)
            .map_or(String::new(), |call| call.0.to_owned())
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|x| power(*x))
        .y_labels(2 * CALLS.len() + 1)
        .y_label_formatter(&row)
        .label_style((FONT, 13))
        .draw()?;
    let names = [
        Side::Incumbent.name(),
        Side::Ours.name(),
        "limit: null RPC, mmap, munmap, anonymous",
    ];
    for (bar, (name, color)) in names.into_iter().zip([INCUMBENT, OURS, LIMIT]).enumerate() {
        let mine = bars.iter().filter(|(_, which, _)| *which == bar);
        let top = |row: usize| row as f64 + 0.12 + 0.26 * bar as f64;
        chart
            .draw_series(mine.clone().map(|&(row, _, value)| {
                Rectangle::new(
                    [(least, top(row)), (value, top(row) + 0.22)],
                    color.filled(),
                )
            }))?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 16, y + 4)], color.filled()));
        chart.draw_series(mine.map(|&(row, _, value)| {
            Text::new(number(value), (value * 1.08, top(row) + 0.02), (FONT, 11))
        }))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE.mix(0.85))
        .label_font((FONT, 13))
        .draw()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_is_drawn() {
        let mut figures = Figures::default();
        for (side, value) in [(Side::Incumbent, 5000.0), (Side::Ours, 40.0)] {
            let line = format!("shmget\t1048576\tus\t0\t0\t0\t{value}");
            figures.add(side, &line).unwrap();
            let line =
                format!("life\t4096\tus\t0\t0\t0\t{value}\nlife\t1048576\tus\t0\t0\t0\t{value}");
            figures.add(side, &line).unwrap();
        }
        let mut text = String::new();
        picture(&figures, &mut text).unwrap();
        assert!(
            text.starts_with("<svg") && text.contains("5000") && text.contains("incumbent: life")
        );
        assert!(
            !text.contains("calls per second of so many clients"),
            "an empty diagram"
        );
    }
}
