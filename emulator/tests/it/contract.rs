//! The compiled contract, by which the emulator reads and writes the JSON form of messages, is that of `specs/proto`.

use std::path::Path;

use prost::Message as _;

#[test]
fn the_compiled_contract_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = protox::Compiler::new([root.join("../specs/proto")])
        .expect("specs/proto is there")
        .include_imports(true)
        .open_file("weaviate/v1/weaviate.proto")
        .expect("specs/proto compiles")
        .file_descriptor_set()
        .encode_to_vec();
    let path = root.join("src/protocols/grpc_web/contract.binpb");
    if std::env::var("UPDATE_CONTRACT").is_ok_and(|v| v == "1") {
        std::fs::write(&path, &files).expect("the file can be written");
    }
    let committed = std::fs::read(&path).expect("the file is readable");
    assert!(
        committed == files,
        "src/protocols/grpc_web/contract.binpb is not that of specs/proto: UPDATE_CONTRACT=1 renews it"
    );
}
