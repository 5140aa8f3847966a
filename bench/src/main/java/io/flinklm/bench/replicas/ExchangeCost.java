package io.flinklm.bench.replicas;

/**
 * What it costs replicas in one process to exchange their weights, without Kafka and Flink: on
 * average over the rounds of a turn. It is the time from the last step of the last replica until
 * all go on with the mean. That a replica waits for a slower one is no part of it.
 *
 * @param bytes that each replica sends in a round
 * @param milliseconds of a round
 * @param share of the turn's time
 */
record ExchangeCost(int bytes, double milliseconds, double share) {}
