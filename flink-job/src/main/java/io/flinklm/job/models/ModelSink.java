package io.flinklm.job.models;

import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.TrainingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes trained weights to a {@link ModelDirectory}: aside when they arrive, and in place when the
 * checkpoint is complete that they are of. So a model that is there is one that the job can go on
 * from, and a reader never sees half of one.
 */
public final class ModelSink implements Sink<TrainedModel>, SupportsCommitter<Aside> {
  private static final long serialVersionUID = 1;

  private final ModelDirectory directory;
  private final TrainingConfig config;
  private final Tokenizer tokenizer;

  /** A sink of the models of one training. */
  public ModelSink(ModelDirectory directory, TrainingConfig config, Tokenizer tokenizer) {
    this.directory = directory;
    this.config = config;
    this.tokenizer = tokenizer;
  }

  @Override
  public CommittingSinkWriter<TrainedModel, Aside> createWriter(WriterInitContext context) {
    return new Writer();
  }

  @Override
  public Committer<Aside> createCommitter(CommitterInitContext context) {
    return new Committer<>() {
      @Override
      public void commit(Collection<CommitRequest<Aside>> requests) throws IOException {
        for (CommitRequest<Aside> request : requests) {
          directory.moveInPlace(request.getCommittable());
        }
      }

      @Override
      public void close() {
        // Nothing is open between commits.
      }
    };
  }

  @Override
  public SimpleVersionedSerializer<Aside> getCommittableSerializer() {
    return new AsideSerializer();
  }

  private final class Writer implements CommittingSinkWriter<TrainedModel, Aside> {
    private final List<Aside> written = new ArrayList<>();

    @Override
    public void write(TrainedModel model, Context context) throws IOException {
      ModelConfig ofModel = ModelConfig.of(config, tokenizer, model.step(), model.sha256());
      Map<String, byte[]> files = new LinkedHashMap<>();
      files.putAll(SavedModel.files(ofModel, tokenizer, model.safetensors()));
      files.put(ModelCard.FILE, ModelCard.of(model, config).toBytes());
      written.add(directory.writeAside(model, files));
    }

    @Override
    public Collection<Aside> prepareCommit() {
      List<Aside> committables = List.copyOf(written);
      written.clear();
      return committables;
    }

    @Override
    public void flush(boolean endOfInput) {
      // Each model is written when it arrives.
    }

    @Override
    public void close() {
      // Nothing is open between models.
    }
  }
}
