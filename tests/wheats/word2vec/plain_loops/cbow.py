def cbow(
    currentCenterWord, windowSize, outsideWords, word2Ind, inputVectors, outputVectors, dataset, word2vecLossAndGradient
):
    rows = [word2Ind[word] for word in outsideWords]
    mean = sum(inputVectors[row] for row in rows) / len(rows)
    loss, gradient, output = word2vecLossAndGradient(mean, word2Ind[currentCenterWord], outputVectors, dataset)
    inputs = [[0.0 for _ in vector] for vector in inputVectors]
    for row in rows:
        for i in range(len(mean)):
            inputs[row][i] += gradient[i] / len(rows)
    return loss, inputs, output
