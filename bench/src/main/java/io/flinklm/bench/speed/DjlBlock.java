package io.flinklm.bench.speed;

import ai.djl.modality.nlp.DefaultVocabulary;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.flinklm.net.NetConfig;
import java.util.List;
import java.util.stream.IntStream;

/**
 * LMModel6 out of DJL's blocks: embedding, LSTM, output layer. From tokens and hidden states to
 * logits and hidden states.
 */
final class DjlBlock extends AbstractBlock {
  private final Block embedding;
  private final Block lstm;
  private final Block output;
  private final Shape embedded;

  DjlBlock(NetConfig net) {
    // What the tokens are called does not matter: they come as numbers.
    List<String> tokens = IntStream.range(0, net.vocabulary()).mapToObj(String::valueOf).toList();
    embedding =
        addChildBlock(
            "i_h", new TrainableWordEmbedding(new DefaultVocabulary(tokens), net.hidden()));
    lstm =
        addChildBlock(
            "rnn",
            LSTM.builder()
                .setStateSize(net.hidden())
                .setNumLayers(net.layers())
                .optReturnState(true)
                .build());
    output = addChildBlock("h_o", Linear.builder().setUnits(net.vocabulary()).build());
    embedded = new Shape(net.hidden());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> parameters) {
    NDList tokens = embedding.forward(store, inputs.subNDList(0, 1), training);
    NDList read =
        lstm.forward(
            store, new NDList(tokens.get(0), inputs.get(1), inputs.get(2)), training, parameters);
    NDList logits = output.forward(store, read.subNDList(0, 1), training);
    return new NDList(logits.get(0), read.get(1), read.get(2));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape logits = output.getOutputShapes(new Shape[] {inputs[0].addAll(embedded)})[0];
    return new Shape[] {logits, inputs[1], inputs[2]};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    Shape vectors = inputs[0].addAll(embedded);
    embedding.initialize(manager, type, inputs[0]);
    lstm.initialize(manager, type, vectors, inputs[1], inputs[2]);
    output.initialize(manager, type, vectors);
  }
}
