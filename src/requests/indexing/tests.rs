use super::*;
use crate::operations::nodes::BatchStats;

fn shard(name: &str, objects: u64, queued: u64) -> ShardState {
    let status = if queued == 0 { "READY" } else { "INDEXING" };
    ShardState {
        class: "Owl".to_owned(),
        name: name.to_owned(),
        object_count: objects,
        vector_queue_length: queued,
        status: status.to_owned(),
        loaded: true,
        replicas: Some(1),
    }
}

fn node<const N: usize>(name: &str, shards: [ShardState; N]) -> NodeState {
    NodeState {
        name: name.to_owned(),
        status: "HEALTHY".to_owned(),
        batch_stats: BatchStats::default(),
        shards: shards.into(),
    }
}

fn replicated(shard: ShardState, replicas: u64) -> ShardState {
    ShardState { replicas: Some(replicas), ..shard }
}

fn down(name: &str) -> NodeState {
    NodeState { name: name.to_owned(), status: "UNAVAILABLE".to_owned(), ..NodeState::default() }
}

/// The status, whether nothing is left, and the problem.
fn read<const N: usize>(nodes: &[NodeState; N], tenant: Option<&str>) -> (IndexingStatus, bool, String) {
    let reading = ShardsReading::of(nodes, tenant);
    (reading.status(false), reading.is_quiet(), reading.problem(0))
}

#[test]
fn queues_of_all_replicas_count_and_objects_once() {
    let both = |objects, queued| replicated(shard("s1", objects, queued), 2);
    let (status, is_quiet, problem) =
        read(&[node("a", [both(40, 7), shard("s2", 5, 0)]), node("b", [both(30, 9)])], None);
    assert_eq!((status.objects, status.queue_length, status.shards, status.shards_indexing), (45, 16, 3, 2));
    assert!(!is_quiet);
    assert_eq!(
        problem,
        "2 of 3 shards are not indexed, 16 vectors are queued, 45 objects are counted; shard \"s1\" of node \"a\" is INDEXING with 7 \
         vectors queued"
    );
    let (_, is_quiet, problem) = read(&[node("a", [both(40, 0)]), node("b", [both(40, 0)])], None);
    assert!(is_quiet);
    assert!(problem.ends_with("; a second look has not confirmed it"), "{problem}");
}

#[test]
fn a_shard_that_may_have_vectors_left_is_not_indexed() {
    let with = |change: fn(&mut ShardState)| {
        let mut shard = shard("s1", 5, 0);
        change(&mut shard);
        read(&[node("a", [shard])], None)
    };
    for (change, expected) in [
        ((|shard| shard.vector_queue_length = 3) as fn(&mut ShardState), "is READY with 3 vectors queued"),
        (|shard| shard.status = "INDEXING".to_owned(), "is INDEXING with 0 vectors queued"),
        (|shard| shard.status = "LOADING".to_owned(), "is LOADING with 0 vectors queued"),
        (|shard| shard.status = String::new(), "is without a status with 0 vectors queued"),
        (|shard| shard.loaded = false, "is not loaded; a read of its objects loads it"),
        (
            |shard| {
                shard.status = "READONLY".to_owned();
                shard.vector_queue_length = 3;
            },
            "is READONLY with 3 vectors queued; make it writable with `config().update_shards`",
        ),
        (|shard| shard.replicas = Some(2), "no node lists 1 of the replicas, as while a node is down"),
    ] {
        let (status, is_quiet, problem) = with(change);
        assert!(!is_quiet && problem.contains(expected), "{problem} without {expected}");
        assert_eq!(status.shards_indexing, 1, "{problem}");
    }
    let (_, is_quiet, _) = with(|shard| shard.status = "READONLY".to_owned());
    assert!(is_quiet);
}

#[test]
fn a_node_that_is_down_may_have_a_shard() {
    let (status, is_quiet, problem) = read(&[node("a", [shard("s1", 5, 0)]), down("b")], None);
    assert_eq!((status.shards, is_quiet), (1, false));
    assert!(problem.ends_with("; node \"b\" is UNAVAILABLE"), "{problem}");
    let (_, is_quiet, problem) = read(&[], None);
    assert!(!is_quiet && problem.ends_with("; the server lists no nodes"), "{problem}");
    // All tenants are inactive.
    let (status, is_quiet, _) = read(&[node("a", [])], None);
    assert_eq!((status, is_quiet), (IndexingStatus::default(), true));
}

#[test]
fn the_shard_of_a_tenant_is_looked_at_alone() {
    let tenants = || node("a", [shard("ann", 5, 0), shard("bob", 7, 3)]);
    let (status, is_quiet, _) = read(&[tenants(), down("b")], Some("ann"));
    assert_eq!((status.objects, status.shards, is_quiet), (5, 1, true), "all its replicas are listed");
    assert!(!read(&[tenants()], Some("bob")).1);
    let (_, is_quiet, _) = read(&[node("a", [replicated(shard("ann", 5, 0), 2)]), down("b")], Some("ann"));
    assert!(!is_quiet);
    let (_, is_quiet, problem) = read(&[node("a", [])], Some("ann"));
    assert!(!is_quiet && problem.ends_with("; no node has loaded tenant \"ann\""), "{problem}");
    // Older servers do not say how many replicas there are.
    let unsaid = ShardState { replicas: None, ..shard("ann", 5, 0) };
    assert!(!read(&[node("a", [unsaid.clone()]), down("b")], Some("ann")).1);
    assert!(read(&[node("a", [unsaid])], Some("ann")).1);
}

#[test]
fn huge_numbers_do_not_overflow() {
    let huge = |name| ShardState { replicas: Some(u64::MAX), ..shard(name, u64::MAX, u64::MAX) };
    let (status, is_quiet, _) = read(&[node("a", [huge("s1"), huge("s2")])], None);
    assert!(!is_quiet);
    assert_eq!((status.objects, status.queue_length), (u64::MAX, u64::MAX));
    assert_eq!((status.shards, status.shards_indexing), (usize::MAX, usize::MAX));
}
