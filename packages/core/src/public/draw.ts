export { type DrawGraphOptions, drawGraph, type GraphBox, type GraphEdge } from '../draw/draw-graph.ts';
export { type DrawModelOptions, drawModel } from '../draw/draw-model.ts';
