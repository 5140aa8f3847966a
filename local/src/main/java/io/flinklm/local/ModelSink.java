package io.flinklm.local;

import io.flinklm.job.TrainedModel;
import io.flinklm.text.Vocabulary;
import io.flinklm.train.SavedModel;
import io.flinklm.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Writes trained weights, the newest over the one before, to a directory of this machine. */
final class ModelSink implements Sink<TrainedModel> {
  private static final long serialVersionUID = 1;

  private final String directory;
  private final TrainingConfig config;
  private final Vocabulary vocabulary;

  ModelSink(Path directory, TrainingConfig config, Vocabulary vocabulary) {
    this.directory = directory.toString();
    this.config = config;
    this.vocabulary = vocabulary;
  }

  @Override
  public SinkWriter<TrainedModel> createWriter(WriterInitContext context) {
    return new SinkWriter<>() {
      @Override
      public void write(TrainedModel model, Context elementContext) throws IOException {
        SavedModel.Card card = SavedModel.Card.of(config, vocabulary, model.step(), model.sha256());
        SavedModel.write(Path.of(directory), card, vocabulary, model.safetensors());
      }

      @Override
      public void flush(boolean endOfInput) {
        // Each write is complete when it returns.
      }

      @Override
      public void close() {
        // Nothing is open between writes.
      }
    };
  }
}
