"""The messages about models, and the places where they run (see `messages`)."""

MODEL_ERRORS = {
    "model_no_checksum": "No checksum is recorded for the model '{model}' ({path}).",
    "model_lacks_file": "The model '{model}' lacks {path}; install or fetch it again.",
    "model_other_file": "{path} is not the file of the model '{model}'; install or fetch it again.",
    "model_scores_unread": "{path} cannot be read as the record of a model's scores ({why}).",
    "model_file_unread": "{path}: this file of a model cannot be read ({why}).",
    "model_not_fetched": "No folder {model}, and no model of that name was fetched: emoclassify models fetch {model}",
    "recognizer_missing": "There is no model here that writes down speech: emoclassify models fetch {model} (there "
    "are {offers}), or name a folder with --transcribe-model.",
    "recognizer_unfit": "{path}: this folder holds no model that writes down speech (ONNX for onnx-asr, or model.bin "
    "for faster-whisper).",
    "recognizer_not_loaded": "{path}: the model that writes down speech cannot be loaded ({why}).",
    "recognizer_no_times": "This model does not tell when its words are said: take Whisper in the form for "
    "faster-whisper, or one of `emoclassify models fetch`.",
    "hub_recognizer_incomplete": "'{model}' on the hub lacks {files}: it cannot be used.",
    "model_no_folder": "{path}: no such folder; "
    "give a folder with config.json, preprocessor_config.json and model.safetensors",
    "model_incomplete": "{path}: {files} missing; "
    "give a folder with config.json, preprocessor_config.json and model.safetensors",
    "model_not_loaded": "{path}: cannot be loaded ({why}); "
    "give a folder with config.json, preprocessor_config.json and model.safetensors",
    "model_no_labels": "{path}: {file} does not name its labels (id2label); "
    "give a folder with config.json, preprocessor_config.json and model.safetensors",
    "model_other_labels": "{model}: its labels ({labels}) are not the seven emotions; take another model",
    "voice_model_missing": "{path}: no speech model here, {file} is missing",
    "voice_model_no_description": "{path}: cannot be read as the description of a speech model ({why})",
    "voice_model_unfit": "{path}: this speech model was made for other labels or features; export it again",
    "voice_model_unread": "{path}: the speech model cannot be read ({why})",
    "voice_weights_unread": "{path}: the weights of the speech model cannot be read; export them again",
    "voice_weights_unfit": "{path}: the weights do not fit the network of {file}; export the model again",
    "openvino_not_on_cuda": "OpenVINO does not run on CUDA; leave --runtime out or give --device cpu.",
    "cuda_missing": "No CUDA device is usable on this machine; leave --device out or give --device cpu.",
    "openvino_missing": "OpenVINO is not installed: pip install openvino, or leave --runtime out.",
    "hub_no_name": "'{model}' is no name of a model on the hub (owner/model).",
    "hub_away": "The hub cannot be reached, and '{model}' is not in the cache; try again online.",
    "hub_refuses": "The hub does not give '{model}' (status {status}).",
    "hub_model_incomplete": "'{model}' lacks config.json or preprocessor_config.json or weights in safetensors: "
    "it cannot be used.",
}
"""What is wrong with a model, or with the place where it is to run."""
