//! Random ids of objects, without a system call for each.

use std::cell::Cell;

use uuid::{Builder, Uuid};

thread_local! {
    /// State of the thread's generator. All zeros before the first id.
    static STATE: Cell<[u64; 4]> = const { Cell::new([0; 4]) };
}

/// Returns a random id, a UUID of version 4.
///
/// An import asked the operating system for each id, which was a tenth of its CPU time. Now each
/// thread has a generator (xoshiro256++) that the operating system seeds once. Its 256 bits of state
/// keep the sequences of different threads, processes and machines apart: two of them meet as seldom
/// as two random UUIDs are equal. A 64-bit generator would not do, since all threads walk through
/// the same cycle of 2^64 states. The ids are unique, and no secrets: they can be predicted from
/// earlier ones.
pub(crate) fn new_id() -> Uuid {
    let mut state = STATE.get();
    if state == [0; 4] {
        state = seed();
    }
    let (high, low) = (next(&mut state), next(&mut state));
    STATE.set(state);
    Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes()).into_uuid()
}

/// Returns 244 random bits of the operating system. The version of the UUIDs keeps them from being
/// all zeros, from which the generator would not move.
fn seed() -> [u64; 4] {
    let ((first, second), (third, fourth)) = (Uuid::new_v4().as_u64_pair(), Uuid::new_v4().as_u64_pair());
    [first, second, third, fourth]
}

/// Steps xoshiro256++ by Blackman and Vigna, <https://prng.di.unimi.it>.
fn next([a, b, c, d]: &mut [u64; 4]) -> u64 {
    let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
    let shifted = *b << 17;
    *c ^= *a;
    *d ^= *b;
    *b ^= *c;
    *a ^= *d;
    *c ^= shifted;
    *d = d.rotate_left(45);
    result
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::{Variant, Version};

    use super::*;

    #[test]
    fn the_generator_is_xoshiro() {
        let mut state = [1, 2, 3, 4];
        assert_eq!([(); 3].map(|()| next(&mut state)), [41_943_041, 58_720_359, 3_588_806_011_781_223]);
    }

    #[test]
    fn ids_of_all_threads_are_distinct_random_uuids() {
        let threads = (0..4).map(|_| std::thread::spawn(|| (0..1_000).map(|_| new_id()).collect::<Vec<_>>()));
        let threads: Vec<_> = threads.collect();
        let ids: Vec<Uuid> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert!(ids.iter().all(|id| (id.get_version(), id.get_variant()) == (Some(Version::Random), Variant::RFC4122)));
        assert_eq!(ids.into_iter().collect::<HashSet<_>>().len(), 4_000);
    }
}
