//! Every reply that is not a success arrives as it was: status, headers, unread body.

use weaviate_generated::rest::Error;

use crate::stub::Stub;

async fn failure(reply: &'static str) -> reqwest::Response {
    let stub = Stub::start(reply).await;
    match stub.client().objects_class_get("A", "b", None, None, None, None).await {
        Err(Error::UnexpectedResponse(response)) => response,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn no_body_an_error_document_and_plain_text_all_keep_status_headers_and_body() {
    let replies = [
        (401, "", "HTTP/1.1 401 Unauthorized\r\nx-id: 7\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
        (
            422,
            r#"{"error":[{"message":"no"}]}"#,
            "HTTP/1.1 422 U\r\nx-id: 7\r\nconnection: close\r\ncontent-length: 28\r\n\r\n{\"error\":[{\"message\":\"no\"}]}",
        ),
        (
            400,
            r#"{"code":400,"message":"x"}"#,
            "HTTP/1.1 400 B\r\nx-id: 7\r\nconnection: close\r\ncontent-length: 26\r\n\r\n{\"code\":400,\"message\":\"x\"}",
        ),
        (502, "<html>", "HTTP/1.1 502 Bad\r\nx-id: 7\r\nconnection: close\r\ncontent-length: 6\r\n\r\n<html>"),
        (299, "odd", "HTTP/1.1 299 Odd\r\nx-id: 7\r\nconnection: close\r\ncontent-length: 3\r\n\r\nodd"),
    ];
    for (status, body, reply) in replies {
        let response = failure(reply).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().get("x-id").unwrap(), "7");
        assert_eq!(response.text().await.unwrap(), body);
    }
}

#[tokio::test]
async fn head_keeps_the_404_that_means_no() {
    let stub = Stub::start("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").await;
    let result = stub.client().tenant_exists("A", "t", None).await;
    assert!(matches!(result, Err(Error::UnexpectedResponse(response)) if response.status() == 404));
}

#[tokio::test]
async fn a_success_that_is_not_json_keeps_its_text() {
    let stub = Stub::start("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\n<html").await;
    let result = stub.client().meta_get().await;
    assert!(matches!(result, Err(Error::InvalidResponsePayload(text, _)) if text == "<html"));
}
