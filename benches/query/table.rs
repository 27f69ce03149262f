//! The result.

use std::time::Duration;

use crate::Times;
use crate::job::Job;

pub(crate) fn head(rounds: usize) {
    println!("CPU per call in µs, and as a multiple of the other sides: median (min..max) of {rounds} rounds");
    println!(
        "{:<11} {:<40} {:>24} {:>24} {:>24}   {:<20}   client/floor",
        "", "", "transport floor", "bare stub", "client", "client/bare"
    );
}

/// `peak` in kB.
pub(crate) fn row(job: &Job, times: &Times, peak: Option<u64>) {
    let Times { floor, bare, client } = times;
    println!(
        "{:<11} {:<40} {:>24} {:>24} {:>24}   {:<20}   {}{}",
        job.name,
        job.title,
        micros(floor),
        micros(bare),
        micros(client),
        ratio(client, bare),
        ratio(client, floor),
        peak.map(|peak| format!("   peak {} MB", peak.div_ceil(1024))).unwrap_or_default(),
    );
}

/// `peak` in kB.
pub(crate) fn memory_row(job: &Job, peak: Option<u64>) {
    let peak = peak.map_or_else(|| "not told by this system".to_owned(), |peak| format!("{} MB", peak.div_ceil(1024)));
    println!("{:<11} {:<44} peak {peak}", job.name, job.title);
}

fn micros(times: &[Duration]) -> String {
    let spread = Spread::of(times.iter().map(|time| time.as_secs_f64() * 1e6));
    format!("{:.1} ({:.1}..{:.1})", spread.median, spread.least, spread.most)
}

/// The ratio of the medians, and the range of the ratios of the rounds.
fn ratio(client: &[Duration], other: &[Duration]) -> String {
    let median = |times: &[Duration]| Spread::of(times.iter().map(Duration::as_secs_f64)).median;
    let rounds = Spread::of(client.iter().zip(other).map(|(client, other)| client.as_secs_f64() / other.as_secs_f64()));
    format!("{:.2}× ({:.2}..{:.2})", median(client) / median(other), rounds.least, rounds.most)
}

struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        Self { least: values[0], median: low.midpoint(high), most: values[values.len() - 1] }
    }
}
