package io.flinklm.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Five training steps as PyTorch did them, without dropout: what ours are measured against.
 *
 * @param json configuration, batches, the numbers of each step, and where each tensor lies
 * @param tensors little-endian float32 tensors back to back, row by row
 */
record PyTorchRun(JsonNode json, ByteBuffer tensors) {

  static PyTorchRun of(String model) {
    try {
      return new PyTorchRun(
          new ObjectMapper().readTree(bytes(model + ".json")),
          ByteBuffer.wrap(bytes(model + ".f32")).order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in = PyTorchRun.class.getResourceAsStream("/fixtures/" + file)) {
      return in.readAllBytes();
    }
  }

  TrainingConfig config(String model) {
    JsonNode optimizer = json.get("optimizer");
    JsonNode momenta = optimizer.get("moms");
    NetConfig net =
        new NetConfig(
            model,
            json.get("vocab").size(),
            json.get("n_hidden").asInt(),
            json.get("n_layers").asInt(),
            json.get("dropout").asDouble());
    Schedule schedule =
        new Schedule.OneCycle(
            optimizer.get("epochs").asLong() * optimizer.get("batches_per_epoch").asLong(),
            optimizer.get("lr_max").asDouble(),
            new Schedule.Momenta(
                momenta.get(0).asDouble(), momenta.get(1).asDouble(), momenta.get(2).asDouble()));
    return new TrainingConfig(
        net,
        json.get("bs").asInt(),
        json.get("sl").asInt(),
        0,
        schedule,
        optimizer.get("wd").asDouble(),
        new Regularizer(json.get("alpha").asDouble(), json.get("beta").asDouble()),
        0,
        Cell.ENGINE,
        OnNonfinite.STOP);
  }

  int steps() {
    return json.get("batches").size();
  }

  /** The batch of a step; steps are counted from 1. */
  Batch batch(int step) {
    JsonNode inputs = json.get("batches").get(step - 1).get("x");
    JsonNode targets = json.get("batches").get(step - 1).get("y");
    List<Chunk> chunks = new ArrayList<>();
    for (int lane = 0; lane < inputs.size(); lane++) {
      int time = inputs.get(lane).size();
      int[] tokens = new int[time + 1];
      for (int t = 0; t < time; t++) {
        tokens[t] = inputs.get(lane).get(t).asInt();
      }
      tokens[time] = targets.get(lane).get(time - 1).asInt();
      chunks.add(new Chunk(lane, Segment.FIRST, step - 1, step == 1, tokens));
    }
    return new Batch(Segment.FIRST, step - 1, chunks);
  }

  /** The numbers of a step in float32; steps are counted from 1. */
  JsonNode step(int step) {
    return json.get("runs").get("float32").get(step - 1);
  }

  /** The numbers of a step in float64; steps are counted from 1. */
  JsonNode stepInFloat64(int step) {
    return json.get("runs").get("float64").get(step - 1);
  }

  boolean decays(String parameter) {
    return json.get("optimizer").get("weight_decay_on").get(parameter).asBoolean();
  }

  /** A tensor's values, row by row. */
  float[] tensor(String group, String name) {
    for (JsonNode tensor : json.get("tensors")) {
      if (tensor.get("group").asText().equals(group) && tensor.get("name").asText().equals(name)) {
        float[] values = new float[tensor.get("count").asInt()];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensors.getFloat((tensor.get("offset").asInt() + i) * Float.BYTES);
        }
        return values;
      }
    }
    throw new IllegalArgumentException("there is no tensor " + name + " in " + group);
  }
}
