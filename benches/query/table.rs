//! The result.

use std::time::Duration;

pub(crate) fn head(rounds: usize) {
    println!("CPU per call in µs, median (min..max) of {rounds} rounds");
    println!("{:<40} {:>24} {:>24}   client/bare", "", "bare stub", "client");
}

pub(crate) fn row(title: &str, floor: &[Duration], client: &[Duration]) {
    let ratios: Vec<f64> =
        floor.iter().zip(client).map(|(floor, client)| client.as_secs_f64() / floor.as_secs_f64()).collect();
    let micros = |times: &[Duration]| times.iter().map(|time| time.as_secs_f64() * 1e6).collect::<Vec<_>>();
    let (floor, client) = (Spread::of(micros(floor)), Spread::of(micros(client)));
    let ratio = Spread::of(ratios);
    println!(
        "{title:<40} {:>24} {:>24}   {:.2} ({:.2}..{:.2})",
        floor.to_string(),
        client.to_string(),
        client.median / floor.median,
        ratio.least,
        ratio.most,
    );
}

struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        Self { least: values[0], median: low.midpoint(high), most: values[values.len() - 1] }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The whole text is padded by whoever prints it.
        write!(f, "{:.1} ({:.1}..{:.1})", self.median, self.least, self.most)
    }
}
