package io.flinklm.job;

import io.flinklm.job.wire.ReplicaPiece;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * By which way replicas hear of each other.
 *
 * @param heard the records of what all of them told, as they lie in the topic
 * @param told where it goes
 */
public record ReplicaTopic(Source<byte[], ?, ?> heard, Sink<ReplicaPiece> told) {}
