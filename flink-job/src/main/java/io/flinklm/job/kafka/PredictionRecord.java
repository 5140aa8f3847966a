package io.flinklm.job.kafka;

import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.PredictionJson;
import io.flinklm.topics.TopicNames;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The record of the topic {@code predictions} that an answer becomes. */
final class PredictionRecord {
  private PredictionRecord() {}

  /** All of an answer. */
  static ProducerRecord<byte[], byte[]> whole(SessionPrediction answer) {
    return record(answer.session(), answer.prediction());
  }

  /** What is said where that is too large; without the session if it is what is large. */
  static ProducerRecord<byte[], byte[]> error(SessionPrediction answer, RecordLimit limit) {
    Prediction error =
        Prediction.ofError(
            answer.prediction().id(),
            "answer and session are larger than a record that the job writes, of "
                + limit.bytes()
                + " bytes (max.request.size)");
    ProducerRecord<byte[], byte[]> record = record(answer.session(), error);
    return limit.holds(record) ? record : record(null, error);
  }

  private static ProducerRecord<byte[], byte[]> record(byte[] session, Prediction prediction) {
    return new ProducerRecord<>(
        TopicNames.PREDICTIONS, session, PredictionJson.toBytes(prediction));
  }
}
